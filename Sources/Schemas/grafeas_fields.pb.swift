// Made by Scripts/generate-schemas.sh; never edited by hand.

/// The fields of every message below an occurrence and a note, and the values of their enums. A block begins with
/// `# NAME`; a line of a message is `NAME NUMBER [repeated|map] TYPE [TYPENAME]`, one of an enum `NAME NUMBER`.
package let grafeasFields = """
  # google.protobuf.Any
  type_url 1 string
  value 2 bytes
  # google.protobuf.ListValue
  values 1 repeated message google.protobuf.Value
  # google.protobuf.NullValue
  NULL_VALUE 0
  # google.protobuf.Struct
  fields 1 map message google.protobuf.Value
  # google.protobuf.Timestamp
  seconds 1 int64
  nanos 2 int32
  # google.protobuf.Value
  null_value 1 enum google.protobuf.NullValue
  number_value 2 double
  string_value 3 string
  bool_value 4 bool
  struct_value 5 message google.protobuf.Struct
  list_value 6 message google.protobuf.ListValue
  # google.rpc.Status
  code 1 int32
  message 2 string
  details 3 repeated message google.protobuf.Any
  # grafeas.v1.AISkillAnalysisNote
  # grafeas.v1.AISkillAnalysisOccurrence
  skill_name 1 string
  findings 2 repeated message grafeas.v1.AISkillAnalysisOccurrence.Finding
  # grafeas.v1.AISkillAnalysisOccurrence.Finding
  rule_id 1 string
  category 2 string
  severity 3 string
  title 4 string
  description 5 string
  file_path 6 string
  snippet 7 string
  # grafeas.v1.AliasContext
  kind 1 enum grafeas.v1.AliasContext.Kind
  name 2 string
  # grafeas.v1.AliasContext.Kind
  KIND_UNSPECIFIED 0
  FIXED 1
  MOVABLE 2
  OTHER 4
  # grafeas.v1.Architecture
  ARCHITECTURE_UNSPECIFIED 0
  X86 1
  X64 2
  # grafeas.v1.Artifact
  checksum 1 string
  id 2 string
  names 3 repeated string
  # grafeas.v1.AttestationNote
  hint 1 message grafeas.v1.AttestationNote.Hint
  # grafeas.v1.AttestationNote.Hint
  human_readable_name 1 string
  # grafeas.v1.AttestationOccurrence
  serialized_payload 1 bytes
  signatures 2 repeated message grafeas.v1.Signature
  jwts 3 repeated message grafeas.v1.Jwt
  # grafeas.v1.BaseImage
  name 1 string
  repository 2 string
  layer_count 3 int32
  registry 4 string
  # grafeas.v1.BuildNote
  builder_version 1 string
  # grafeas.v1.BuildOccurrence
  provenance 1 message grafeas.v1.BuildProvenance
  provenance_bytes 2 string
  intoto_provenance 3 message grafeas.v1.InTotoProvenance
  intoto_statement 4 message grafeas.v1.InTotoStatement
  in_toto_slsa_provenance_v1 5 message grafeas.v1.InTotoSlsaProvenanceV1
  # grafeas.v1.BuildProvenance
  id 1 string
  project_id 2 string
  commands 3 repeated message grafeas.v1.Command
  built_artifacts 4 repeated message grafeas.v1.Artifact
  create_time 5 message google.protobuf.Timestamp
  start_time 6 message google.protobuf.Timestamp
  end_time 7 message google.protobuf.Timestamp
  creator 8 string
  logs_uri 9 string
  source_provenance 10 message grafeas.v1.Source
  trigger_id 11 string
  build_options 12 map string
  builder_version 13 string
  # grafeas.v1.BuilderConfig
  id 1 string
  # grafeas.v1.CISAKnownExploitedVulnerabilities
  known_ransomware_campaign_use 1 string
  # grafeas.v1.CVSS
  base_score 1 float
  exploitability_score 2 float
  impact_score 3 float
  attack_vector 4 enum grafeas.v1.CVSS.AttackVector
  attack_complexity 5 enum grafeas.v1.CVSS.AttackComplexity
  authentication 6 enum grafeas.v1.CVSS.Authentication
  privileges_required 7 enum grafeas.v1.CVSS.PrivilegesRequired
  user_interaction 8 enum grafeas.v1.CVSS.UserInteraction
  scope 9 enum grafeas.v1.CVSS.Scope
  confidentiality_impact 10 enum grafeas.v1.CVSS.Impact
  integrity_impact 11 enum grafeas.v1.CVSS.Impact
  availability_impact 12 enum grafeas.v1.CVSS.Impact
  attack_requirements 13 enum grafeas.v1.CVSS.AttackRequirements
  vulnerable_system_confidentiality_impact 14 enum grafeas.v1.CVSS.Impact
  vulnerable_system_integrity_impact 15 enum grafeas.v1.CVSS.Impact
  vulnerable_system_availability_impact 16 enum grafeas.v1.CVSS.Impact
  subsequent_system_confidentiality_impact 17 enum grafeas.v1.CVSS.Impact
  subsequent_system_integrity_impact 18 enum grafeas.v1.CVSS.Impact
  subsequent_system_availability_impact 19 enum grafeas.v1.CVSS.Impact
  exploit_maturity 20 enum grafeas.v1.CVSS.ExploitMaturity
  # grafeas.v1.CVSS.AttackComplexity
  ATTACK_COMPLEXITY_UNSPECIFIED 0
  ATTACK_COMPLEXITY_LOW 1
  ATTACK_COMPLEXITY_HIGH 2
  ATTACK_COMPLEXITY_MEDIUM 3
  # grafeas.v1.CVSS.AttackRequirements
  ATTACK_REQUIREMENTS_UNSPECIFIED 0
  ATTACK_REQUIREMENTS_NONE 1
  ATTACK_REQUIREMENTS_PRESENT 2
  # grafeas.v1.CVSS.AttackVector
  ATTACK_VECTOR_UNSPECIFIED 0
  ATTACK_VECTOR_NETWORK 1
  ATTACK_VECTOR_ADJACENT 2
  ATTACK_VECTOR_LOCAL 3
  ATTACK_VECTOR_PHYSICAL 4
  # grafeas.v1.CVSS.Authentication
  AUTHENTICATION_UNSPECIFIED 0
  AUTHENTICATION_MULTIPLE 1
  AUTHENTICATION_SINGLE 2
  AUTHENTICATION_NONE 3
  # grafeas.v1.CVSS.ExploitMaturity
  EXPLOIT_MATURITY_UNSPECIFIED 0
  EXPLOIT_MATURITY_NOT_DEFINED 1
  EXPLOIT_MATURITY_ATTACKED 2
  EXPLOIT_MATURITY_POC 3
  EXPLOIT_MATURITY_UNREPORTED 4
  # grafeas.v1.CVSS.Impact
  IMPACT_UNSPECIFIED 0
  IMPACT_HIGH 1
  IMPACT_LOW 2
  IMPACT_NONE 3
  IMPACT_PARTIAL 4
  IMPACT_COMPLETE 5
  # grafeas.v1.CVSS.PrivilegesRequired
  PRIVILEGES_REQUIRED_UNSPECIFIED 0
  PRIVILEGES_REQUIRED_NONE 1
  PRIVILEGES_REQUIRED_LOW 2
  PRIVILEGES_REQUIRED_HIGH 3
  # grafeas.v1.CVSS.Scope
  SCOPE_UNSPECIFIED 0
  SCOPE_UNCHANGED 1
  SCOPE_CHANGED 2
  # grafeas.v1.CVSS.UserInteraction
  USER_INTERACTION_UNSPECIFIED 0
  USER_INTERACTION_NONE 1
  USER_INTERACTION_REQUIRED 2
  USER_INTERACTION_PASSIVE 3
  USER_INTERACTION_ACTIVE 4
  # grafeas.v1.CVSSVersion
  CVSS_VERSION_UNSPECIFIED 0
  CVSS_VERSION_2 1
  CVSS_VERSION_3 2
  CVSS_VERSION_4 3
  # grafeas.v1.CVSSv3
  base_score 1 float
  exploitability_score 2 float
  impact_score 3 float
  attack_vector 5 enum grafeas.v1.CVSSv3.AttackVector
  attack_complexity 6 enum grafeas.v1.CVSSv3.AttackComplexity
  privileges_required 7 enum grafeas.v1.CVSSv3.PrivilegesRequired
  user_interaction 8 enum grafeas.v1.CVSSv3.UserInteraction
  scope 9 enum grafeas.v1.CVSSv3.Scope
  confidentiality_impact 10 enum grafeas.v1.CVSSv3.Impact
  integrity_impact 11 enum grafeas.v1.CVSSv3.Impact
  availability_impact 12 enum grafeas.v1.CVSSv3.Impact
  # grafeas.v1.CVSSv3.AttackComplexity
  ATTACK_COMPLEXITY_UNSPECIFIED 0
  ATTACK_COMPLEXITY_LOW 1
  ATTACK_COMPLEXITY_HIGH 2
  # grafeas.v1.CVSSv3.AttackVector
  ATTACK_VECTOR_UNSPECIFIED 0
  ATTACK_VECTOR_NETWORK 1
  ATTACK_VECTOR_ADJACENT 2
  ATTACK_VECTOR_LOCAL 3
  ATTACK_VECTOR_PHYSICAL 4
  # grafeas.v1.CVSSv3.Impact
  IMPACT_UNSPECIFIED 0
  IMPACT_HIGH 1
  IMPACT_LOW 2
  IMPACT_NONE 3
  # grafeas.v1.CVSSv3.PrivilegesRequired
  PRIVILEGES_REQUIRED_UNSPECIFIED 0
  PRIVILEGES_REQUIRED_NONE 1
  PRIVILEGES_REQUIRED_LOW 2
  PRIVILEGES_REQUIRED_HIGH 3
  # grafeas.v1.CVSSv3.Scope
  SCOPE_UNSPECIFIED 0
  SCOPE_UNCHANGED 1
  SCOPE_CHANGED 2
  # grafeas.v1.CVSSv3.UserInteraction
  USER_INTERACTION_UNSPECIFIED 0
  USER_INTERACTION_NONE 1
  USER_INTERACTION_REQUIRED 2
  # grafeas.v1.CloudRepoSourceContext
  repo_id 1 message grafeas.v1.RepoId
  revision_id 2 string
  alias_context 3 message grafeas.v1.AliasContext
  # grafeas.v1.Command
  name 1 string
  env 2 repeated string
  args 3 repeated string
  dir 4 string
  id 5 string
  wait_for 6 repeated string
  # grafeas.v1.Completeness
  arguments 1 bool
  environment 2 bool
  materials 3 bool
  # grafeas.v1.ComplianceNote
  title 1 string
  description 2 string
  version 3 repeated message grafeas.v1.ComplianceVersion
  rationale 4 string
  remediation 5 string
  cis_benchmark 6 message grafeas.v1.ComplianceNote.CisBenchmark
  scan_instructions 7 bytes
  impact 8 string
  # grafeas.v1.ComplianceNote.CisBenchmark
  profile_level 1 int32
  severity 2 enum grafeas.v1.Severity
  # grafeas.v1.ComplianceOccurrence
  non_compliant_files 2 repeated message grafeas.v1.NonCompliantFile
  non_compliance_reason 3 string
  version 4 message grafeas.v1.ComplianceVersion
  # grafeas.v1.ComplianceVersion
  cpe_uri 1 string
  benchmark_document 3 string
  version 2 string
  # grafeas.v1.DSSEAttestationNote
  hint 1 message grafeas.v1.DSSEAttestationNote.DSSEHint
  # grafeas.v1.DSSEAttestationNote.DSSEHint
  human_readable_name 1 string
  # grafeas.v1.DSSEAttestationOccurrence
  envelope 1 message grafeas.v1.Envelope
  statement 2 message grafeas.v1.InTotoStatement
  # grafeas.v1.DeploymentNote
  resource_uri 1 repeated string
  # grafeas.v1.DeploymentOccurrence
  user_email 1 string
  deploy_time 2 message google.protobuf.Timestamp
  undeploy_time 3 message google.protobuf.Timestamp
  config 4 string
  address 5 string
  resource_uri 6 repeated string
  platform 7 enum grafeas.v1.DeploymentOccurrence.Platform
  # grafeas.v1.DeploymentOccurrence.Platform
  PLATFORM_UNSPECIFIED 0
  GKE 1
  FLEX 2
  CUSTOM 3
  # grafeas.v1.Digest
  algo 1 string
  digest_bytes 2 bytes
  # grafeas.v1.DiscoveryNote
  analysis_kind 1 enum grafeas.v1.NoteKind
  # grafeas.v1.DiscoveryOccurrence
  continuous_analysis 1 enum grafeas.v1.DiscoveryOccurrence.ContinuousAnalysis
  analysis_status 2 enum grafeas.v1.DiscoveryOccurrence.AnalysisStatus
  analysis_completed 7 message grafeas.v1.DiscoveryOccurrence.AnalysisCompleted
  analysis_error 8 repeated message google.rpc.Status
  analysis_status_error 3 message google.rpc.Status
  cpe 4 string
  last_scan_time 5 message google.protobuf.Timestamp
  archive_time 6 message google.protobuf.Timestamp
  sbom_status 9 message grafeas.v1.DiscoveryOccurrence.SBOMStatus
  vulnerability_attestation 10 message grafeas.v1.DiscoveryOccurrence.VulnerabilityAttestation
  files 11 repeated message grafeas.v1.DiscoveryOccurrence.File
  last_vulnerability_update_time 12 message google.protobuf.Timestamp
  # grafeas.v1.DiscoveryOccurrence.AnalysisCompleted
  analysis_type 1 repeated string
  # grafeas.v1.DiscoveryOccurrence.AnalysisStatus
  ANALYSIS_STATUS_UNSPECIFIED 0
  PENDING 1
  SCANNING 2
  FINISHED_SUCCESS 3
  COMPLETE 3
  FINISHED_FAILED 4
  FINISHED_UNSUPPORTED 5
  # grafeas.v1.DiscoveryOccurrence.ContinuousAnalysis
  CONTINUOUS_ANALYSIS_UNSPECIFIED 0
  ACTIVE 1
  INACTIVE 2
  # grafeas.v1.DiscoveryOccurrence.File
  name 1 string
  digest 2 map string
  # grafeas.v1.DiscoveryOccurrence.SBOMStatus
  sbom_state 1 enum grafeas.v1.DiscoveryOccurrence.SBOMStatus.SBOMState
  error 2 string
  # grafeas.v1.DiscoveryOccurrence.SBOMStatus.SBOMState
  SBOM_STATE_UNSPECIFIED 0
  PENDING 1
  COMPLETE 2
  # grafeas.v1.DiscoveryOccurrence.VulnerabilityAttestation
  last_attempt_time 1 message google.protobuf.Timestamp
  state 2 enum grafeas.v1.DiscoveryOccurrence.VulnerabilityAttestation.VulnerabilityAttestationState
  error 3 string
  # grafeas.v1.DiscoveryOccurrence.VulnerabilityAttestation.VulnerabilityAttestationState
  VULNERABILITY_ATTESTATION_STATE_UNSPECIFIED 0
  SUCCESS 1
  FAILURE 2
  # grafeas.v1.Distribution
  cpe_uri 1 string
  architecture 2 enum grafeas.v1.Architecture
  latest_version 3 message grafeas.v1.Version
  maintainer 4 string
  url 5 string
  description 6 string
  # grafeas.v1.Envelope
  payload 1 bytes
  payload_type 2 string
  signatures 3 repeated message grafeas.v1.EnvelopeSignature
  # grafeas.v1.EnvelopeSignature
  sig 1 bytes
  keyid 2 string
  # grafeas.v1.ExploitPredictionScoringSystem
  percentile 1 double
  score 2 double
  # grafeas.v1.FileHashes
  file_hash 1 repeated message grafeas.v1.Hash
  # grafeas.v1.FileLocation
  file_path 1 string
  layer_details 2 message grafeas.v1.LayerDetails
  line_number 3 int32
  # grafeas.v1.Fingerprint
  v1_name 1 string
  v2_blob 2 repeated string
  v2_name 3 string
  # grafeas.v1.GerritSourceContext
  host_uri 1 string
  gerrit_project 2 string
  revision_id 3 string
  alias_context 4 message grafeas.v1.AliasContext
  # grafeas.v1.GitSourceContext
  url 1 string
  revision_id 2 string
  # grafeas.v1.Hash
  type 1 string
  value 2 bytes
  # grafeas.v1.ImageNote
  resource_url 1 string
  fingerprint 2 message grafeas.v1.Fingerprint
  # grafeas.v1.ImageOccurrence
  fingerprint 1 message grafeas.v1.Fingerprint
  distance 2 int32
  layer_info 3 repeated message grafeas.v1.Layer
  base_resource_url 4 string
  # grafeas.v1.InTotoProvenance
  builder_config 1 message grafeas.v1.BuilderConfig
  recipe 2 message grafeas.v1.Recipe
  metadata 3 message grafeas.v1.Metadata
  materials 4 repeated string
  # grafeas.v1.InTotoSlsaProvenanceV1
  type 1 string
  subject 2 repeated message grafeas.v1.Subject
  predicate_type 3 string
  predicate 4 message grafeas.v1.InTotoSlsaProvenanceV1.SlsaProvenanceV1
  # grafeas.v1.InTotoSlsaProvenanceV1.BuildDefinition
  build_type 1 string
  external_parameters 2 message google.protobuf.Struct
  internal_parameters 3 message google.protobuf.Struct
  resolved_dependencies 4 repeated message grafeas.v1.InTotoSlsaProvenanceV1.ResourceDescriptor
  # grafeas.v1.InTotoSlsaProvenanceV1.BuildMetadata
  invocation_id 1 string
  started_on 2 message google.protobuf.Timestamp
  finished_on 3 message google.protobuf.Timestamp
  # grafeas.v1.InTotoSlsaProvenanceV1.ProvenanceBuilder
  id 1 string
  version 2 map string
  builder_dependencies 3 repeated message grafeas.v1.InTotoSlsaProvenanceV1.ResourceDescriptor
  # grafeas.v1.InTotoSlsaProvenanceV1.ResourceDescriptor
  name 1 string
  uri 2 string
  digest 3 map string
  content 4 bytes
  download_location 5 string
  media_type 6 string
  annotations 7 map message google.protobuf.Value
  # grafeas.v1.InTotoSlsaProvenanceV1.RunDetails
  builder 1 message grafeas.v1.InTotoSlsaProvenanceV1.ProvenanceBuilder
  metadata 2 message grafeas.v1.InTotoSlsaProvenanceV1.BuildMetadata
  byproducts 3 repeated message grafeas.v1.InTotoSlsaProvenanceV1.ResourceDescriptor
  # grafeas.v1.InTotoSlsaProvenanceV1.SlsaProvenanceV1
  build_definition 1 message grafeas.v1.InTotoSlsaProvenanceV1.BuildDefinition
  run_details 2 message grafeas.v1.InTotoSlsaProvenanceV1.RunDetails
  # grafeas.v1.InTotoStatement
  type 1 string
  subject 2 repeated message grafeas.v1.Subject
  predicate_type 3 string
  provenance 4 message grafeas.v1.InTotoProvenance
  slsa_provenance 5 message grafeas.v1.SlsaProvenance
  slsa_provenance_zero_two 6 message grafeas.v1.SlsaProvenanceZeroTwo
  # grafeas.v1.Jwt
  compact_jwt 1 string
  # grafeas.v1.Layer
  directive 1 string
  arguments 2 string
  # grafeas.v1.LayerDetails
  index 1 int32
  diff_id 2 string
  chain_id 5 string
  command 3 string
  base_images 4 repeated message grafeas.v1.BaseImage
  # grafeas.v1.License
  expression 1 string
  comments 2 string
  # grafeas.v1.Location
  cpe_uri 1 string
  version 2 message grafeas.v1.Version
  path 3 string
  # grafeas.v1.Metadata
  build_invocation_id 1 string
  build_started_on 2 message google.protobuf.Timestamp
  build_finished_on 3 message google.protobuf.Timestamp
  completeness 4 message grafeas.v1.Completeness
  reproducible 5 bool
  # grafeas.v1.NonCompliantFile
  path 1 string
  display_command 2 string
  reason 3 string
  # grafeas.v1.Note
  name 1 string
  short_description 2 string
  long_description 3 string
  kind 4 enum grafeas.v1.NoteKind
  related_url 5 repeated message grafeas.v1.RelatedUrl
  expiration_time 6 message google.protobuf.Timestamp
  create_time 7 message google.protobuf.Timestamp
  update_time 8 message google.protobuf.Timestamp
  related_note_names 9 repeated string
  vulnerability 10 message grafeas.v1.VulnerabilityNote
  build 11 message grafeas.v1.BuildNote
  image 12 message grafeas.v1.ImageNote
  package 13 message grafeas.v1.PackageNote
  deployment 14 message grafeas.v1.DeploymentNote
  discovery 15 message grafeas.v1.DiscoveryNote
  attestation 16 message grafeas.v1.AttestationNote
  upgrade 17 message grafeas.v1.UpgradeNote
  compliance 18 message grafeas.v1.ComplianceNote
  dsse_attestation 19 message grafeas.v1.DSSEAttestationNote
  vulnerability_assessment 20 message grafeas.v1.VulnerabilityAssessmentNote
  sbom_reference 21 message grafeas.v1.SBOMReferenceNote
  secret 22 message grafeas.v1.SecretNote
  ai_skill_analysis 23 message grafeas.v1.AISkillAnalysisNote
  # grafeas.v1.NoteKind
  NOTE_KIND_UNSPECIFIED 0
  VULNERABILITY 1
  BUILD 2
  IMAGE 3
  PACKAGE 4
  DEPLOYMENT 5
  DISCOVERY 6
  ATTESTATION 7
  UPGRADE 8
  COMPLIANCE 9
  DSSE_ATTESTATION 10
  VULNERABILITY_ASSESSMENT 11
  SBOM_REFERENCE 12
  SECRET 13
  AI_SKILL_ANALYSIS 14
  # grafeas.v1.Occurrence
  name 1 string
  resource_uri 2 string
  note_name 3 string
  kind 4 enum grafeas.v1.NoteKind
  remediation 5 string
  create_time 6 message google.protobuf.Timestamp
  update_time 7 message google.protobuf.Timestamp
  envelope 18 message grafeas.v1.Envelope
  vulnerability 8 message grafeas.v1.VulnerabilityOccurrence
  build 9 message grafeas.v1.BuildOccurrence
  image 10 message grafeas.v1.ImageOccurrence
  package 11 message grafeas.v1.PackageOccurrence
  deployment 12 message grafeas.v1.DeploymentOccurrence
  discovery 13 message grafeas.v1.DiscoveryOccurrence
  attestation 14 message grafeas.v1.AttestationOccurrence
  upgrade 15 message grafeas.v1.UpgradeOccurrence
  compliance 16 message grafeas.v1.ComplianceOccurrence
  dsse_attestation 17 message grafeas.v1.DSSEAttestationOccurrence
  sbom_reference 19 message grafeas.v1.SBOMReferenceOccurrence
  secret 20 message grafeas.v1.SecretOccurrence
  ai_skill_analysis 22 message grafeas.v1.AISkillAnalysisOccurrence
  # grafeas.v1.PackageNote
  name 1 string
  distribution 10 repeated message grafeas.v1.Distribution
  package_type 11 string
  cpe_uri 12 string
  architecture 13 enum grafeas.v1.Architecture
  version 14 message grafeas.v1.Version
  maintainer 15 string
  url 16 string
  description 17 string
  license 18 message grafeas.v1.License
  digest 19 repeated message grafeas.v1.Digest
  # grafeas.v1.PackageOccurrence
  name 1 string
  location 2 repeated message grafeas.v1.Location
  package_type 3 string
  cpe_uri 4 string
  architecture 5 enum grafeas.v1.Architecture
  license 6 message grafeas.v1.License
  version 7 message grafeas.v1.Version
  # grafeas.v1.ProjectRepoId
  project_id 1 string
  repo_name 2 string
  # grafeas.v1.Recipe
  type 1 string
  defined_in_material 2 int64
  entry_point 3 string
  arguments 4 repeated message google.protobuf.Any
  environment 5 repeated message google.protobuf.Any
  # grafeas.v1.RelatedUrl
  url 1 string
  label 2 string
  # grafeas.v1.RepoId
  project_repo_id 1 message grafeas.v1.ProjectRepoId
  uid 2 string
  # grafeas.v1.Risk
  cisa_kev 1 message grafeas.v1.CISAKnownExploitedVulnerabilities
  epss 2 message grafeas.v1.ExploitPredictionScoringSystem
  # grafeas.v1.SBOMReferenceNote
  format 1 string
  version 2 string
  # grafeas.v1.SBOMReferenceOccurrence
  payload 1 message grafeas.v1.SbomReferenceIntotoPayload
  payload_type 2 string
  signatures 3 repeated message grafeas.v1.EnvelopeSignature
  # grafeas.v1.SbomReferenceIntotoPayload
  type 1 string
  predicate_type 2 string
  subject 3 repeated message grafeas.v1.Subject
  predicate 4 message grafeas.v1.SbomReferenceIntotoPredicate
  # grafeas.v1.SbomReferenceIntotoPredicate
  referrer_id 1 string
  location 2 string
  mime_type 3 string
  digest 4 map string
  # grafeas.v1.SecretKind
  SECRET_KIND_UNSPECIFIED 0
  SECRET_KIND_UNKNOWN 1
  SECRET_KIND_GCP_SERVICE_ACCOUNT_KEY 2
  SECRET_KIND_GCP_API_KEY 3
  SECRET_KIND_GCP_OAUTH2_CLIENT_CREDENTIALS 4
  SECRET_KIND_GCP_OAUTH2_ACCESS_TOKEN 5
  SECRET_KIND_ANTHROPIC_ADMIN_API_KEY 6
  SECRET_KIND_ANTHROPIC_API_KEY 7
  SECRET_KIND_AZURE_ACCESS_TOKEN 8
  SECRET_KIND_AZURE_IDENTITY_TOKEN 9
  SECRET_KIND_DOCKER_HUB_PERSONAL_ACCESS_TOKEN 10
  SECRET_KIND_GITHUB_APP_REFRESH_TOKEN 11
  SECRET_KIND_GITHUB_APP_SERVER_TO_SERVER_TOKEN 12
  SECRET_KIND_GITHUB_APP_USER_TO_SERVER_TOKEN 13
  SECRET_KIND_GITHUB_CLASSIC_PERSONAL_ACCESS_TOKEN 14
  SECRET_KIND_GITHUB_FINE_GRAINED_PERSONAL_ACCESS_TOKEN 15
  SECRET_KIND_GITHUB_OAUTH_TOKEN 16
  SECRET_KIND_HUGGINGFACE_API_KEY 17
  SECRET_KIND_OPENAI_API_KEY 18
  SECRET_KIND_PERPLEXITY_API_KEY 19
  SECRET_KIND_STRIPE_SECRET_KEY 20
  SECRET_KIND_STRIPE_RESTRICTED_KEY 21
  SECRET_KIND_STRIPE_WEBHOOK_SECRET 22
  # grafeas.v1.SecretLocation
  file_location 1 message grafeas.v1.FileLocation
  # grafeas.v1.SecretNote
  # grafeas.v1.SecretOccurrence
  kind 1 enum grafeas.v1.SecretKind
  locations 2 repeated message grafeas.v1.SecretLocation
  statuses 3 repeated message grafeas.v1.SecretStatus
  data 4 message google.protobuf.Any
  digest 5 message grafeas.v1.Digest
  # grafeas.v1.SecretStatus
  status 1 enum grafeas.v1.SecretStatus.Status
  update_time 2 message google.protobuf.Timestamp
  message 3 string
  # grafeas.v1.SecretStatus.Status
  STATUS_UNSPECIFIED 0
  UNKNOWN 1
  VALID 2
  INVALID 3
  # grafeas.v1.Severity
  SEVERITY_UNSPECIFIED 0
  MINIMAL 1
  LOW 2
  MEDIUM 3
  HIGH 4
  CRITICAL 5
  # grafeas.v1.Signature
  signature 1 bytes
  public_key_id 2 string
  # grafeas.v1.SlsaProvenance
  builder 1 message grafeas.v1.SlsaProvenance.SlsaBuilder
  recipe 2 message grafeas.v1.SlsaProvenance.SlsaRecipe
  metadata 3 message grafeas.v1.SlsaProvenance.SlsaMetadata
  materials 4 repeated message grafeas.v1.SlsaProvenance.Material
  # grafeas.v1.SlsaProvenance.Material
  uri 1 string
  digest 2 map string
  # grafeas.v1.SlsaProvenance.SlsaBuilder
  id 1 string
  # grafeas.v1.SlsaProvenance.SlsaCompleteness
  arguments 1 bool
  environment 2 bool
  materials 3 bool
  # grafeas.v1.SlsaProvenance.SlsaMetadata
  build_invocation_id 1 string
  build_started_on 2 message google.protobuf.Timestamp
  build_finished_on 3 message google.protobuf.Timestamp
  completeness 4 message grafeas.v1.SlsaProvenance.SlsaCompleteness
  reproducible 5 bool
  # grafeas.v1.SlsaProvenance.SlsaRecipe
  type 1 string
  defined_in_material 2 int64
  entry_point 3 string
  arguments 4 message google.protobuf.Any
  environment 5 message google.protobuf.Any
  # grafeas.v1.SlsaProvenanceZeroTwo
  builder 1 message grafeas.v1.SlsaProvenanceZeroTwo.SlsaBuilder
  build_type 2 string
  invocation 3 message grafeas.v1.SlsaProvenanceZeroTwo.SlsaInvocation
  build_config 4 message google.protobuf.Struct
  metadata 5 message grafeas.v1.SlsaProvenanceZeroTwo.SlsaMetadata
  materials 6 repeated message grafeas.v1.SlsaProvenanceZeroTwo.SlsaMaterial
  # grafeas.v1.SlsaProvenanceZeroTwo.SlsaBuilder
  id 1 string
  # grafeas.v1.SlsaProvenanceZeroTwo.SlsaCompleteness
  parameters 1 bool
  environment 2 bool
  materials 3 bool
  # grafeas.v1.SlsaProvenanceZeroTwo.SlsaConfigSource
  uri 1 string
  digest 2 map string
  entry_point 3 string
  # grafeas.v1.SlsaProvenanceZeroTwo.SlsaInvocation
  config_source 1 message grafeas.v1.SlsaProvenanceZeroTwo.SlsaConfigSource
  parameters 2 message google.protobuf.Struct
  environment 3 message google.protobuf.Struct
  # grafeas.v1.SlsaProvenanceZeroTwo.SlsaMaterial
  uri 1 string
  digest 2 map string
  # grafeas.v1.SlsaProvenanceZeroTwo.SlsaMetadata
  build_invocation_id 1 string
  build_started_on 2 message google.protobuf.Timestamp
  build_finished_on 3 message google.protobuf.Timestamp
  completeness 4 message grafeas.v1.SlsaProvenanceZeroTwo.SlsaCompleteness
  reproducible 5 bool
  # grafeas.v1.Source
  artifact_storage_source_uri 1 string
  file_hashes 2 map message grafeas.v1.FileHashes
  context 3 message grafeas.v1.SourceContext
  additional_contexts 4 repeated message grafeas.v1.SourceContext
  # grafeas.v1.SourceContext
  cloud_repo 1 message grafeas.v1.CloudRepoSourceContext
  gerrit 2 message grafeas.v1.GerritSourceContext
  git 3 message grafeas.v1.GitSourceContext
  labels 4 map string
  # grafeas.v1.Subject
  name 1 string
  digest 2 map string
  # grafeas.v1.UpgradeDistribution
  cpe_uri 1 string
  classification 2 string
  severity 3 string
  cve 4 repeated string
  # grafeas.v1.UpgradeNote
  package 1 string
  version 2 message grafeas.v1.Version
  distributions 3 repeated message grafeas.v1.UpgradeDistribution
  windows_update 4 message grafeas.v1.WindowsUpdate
  # grafeas.v1.UpgradeOccurrence
  package 1 string
  parsed_version 3 message grafeas.v1.Version
  distribution 4 message grafeas.v1.UpgradeDistribution
  windows_update 5 message grafeas.v1.WindowsUpdate
  # grafeas.v1.Version
  epoch 1 int32
  name 2 string
  revision 3 string
  inclusive 6 bool
  kind 4 enum grafeas.v1.Version.VersionKind
  full_name 5 string
  # grafeas.v1.Version.VersionKind
  VERSION_KIND_UNSPECIFIED 0
  NORMAL 1
  MINIMUM 2
  MAXIMUM 3
  # grafeas.v1.VulnerabilityAssessmentNote
  title 1 string
  short_description 2 string
  long_description 3 string
  language_code 4 string
  publisher 5 message grafeas.v1.VulnerabilityAssessmentNote.Publisher
  product 6 message grafeas.v1.VulnerabilityAssessmentNote.Product
  assessment 7 message grafeas.v1.VulnerabilityAssessmentNote.Assessment
  # grafeas.v1.VulnerabilityAssessmentNote.Assessment
  cve 1 string
  vulnerability_id 9 string
  short_description 2 string
  long_description 3 string
  related_uris 4 repeated message grafeas.v1.RelatedUrl
  state 5 enum grafeas.v1.VulnerabilityAssessmentNote.Assessment.State
  impacts 6 repeated string
  justification 7 message grafeas.v1.VulnerabilityAssessmentNote.Assessment.Justification
  remediations 8 repeated message grafeas.v1.VulnerabilityAssessmentNote.Assessment.Remediation
  # grafeas.v1.VulnerabilityAssessmentNote.Assessment.Justification
  justification_type 1 enum grafeas.v1.VulnerabilityAssessmentNote.Assessment.Justification.JustificationType
  details 2 string
  # grafeas.v1.VulnerabilityAssessmentNote.Assessment.Justification.JustificationType
  JUSTIFICATION_TYPE_UNSPECIFIED 0
  COMPONENT_NOT_PRESENT 1
  VULNERABLE_CODE_NOT_PRESENT 2
  VULNERABLE_CODE_NOT_IN_EXECUTE_PATH 3
  VULNERABLE_CODE_CANNOT_BE_CONTROLLED_BY_ADVERSARY 4
  INLINE_MITIGATIONS_ALREADY_EXIST 5
  # grafeas.v1.VulnerabilityAssessmentNote.Assessment.Remediation
  remediation_type 1 enum grafeas.v1.VulnerabilityAssessmentNote.Assessment.Remediation.RemediationType
  details 2 string
  remediation_uri 3 message grafeas.v1.RelatedUrl
  # grafeas.v1.VulnerabilityAssessmentNote.Assessment.Remediation.RemediationType
  REMEDIATION_TYPE_UNSPECIFIED 0
  MITIGATION 1
  NO_FIX_PLANNED 2
  NONE_AVAILABLE 3
  VENDOR_FIX 4
  WORKAROUND 5
  # grafeas.v1.VulnerabilityAssessmentNote.Assessment.State
  STATE_UNSPECIFIED 0
  AFFECTED 1
  NOT_AFFECTED 2
  FIXED 3
  UNDER_INVESTIGATION 4
  # grafeas.v1.VulnerabilityAssessmentNote.Product
  name 1 string
  id 2 string
  generic_uri 3 string
  # grafeas.v1.VulnerabilityAssessmentNote.Publisher
  name 1 string
  issuing_authority 2 string
  publisher_namespace 3 string
  # grafeas.v1.VulnerabilityNote
  cvss_score 1 float
  severity 2 enum grafeas.v1.Severity
  details 3 repeated message grafeas.v1.VulnerabilityNote.Detail
  cvss_v3 4 message grafeas.v1.CVSSv3
  windows_details 5 repeated message grafeas.v1.VulnerabilityNote.WindowsDetail
  source_update_time 6 message google.protobuf.Timestamp
  cvss_version 7 enum grafeas.v1.CVSSVersion
  cvss_v2 8 message grafeas.v1.CVSS
  advisory_publish_time 9 message google.protobuf.Timestamp
  cvss_v4 10 message grafeas.v1.CVSS
  # grafeas.v1.VulnerabilityNote.Detail
  severity_name 1 string
  description 2 string
  package_type 3 string
  affected_cpe_uri 4 string
  affected_package 5 string
  affected_version_start 6 message grafeas.v1.Version
  affected_version_end 7 message grafeas.v1.Version
  fixed_cpe_uri 8 string
  fixed_package 9 string
  fixed_version 10 message grafeas.v1.Version
  is_obsolete 11 bool
  source_update_time 12 message google.protobuf.Timestamp
  source 13 string
  vendor 14 string
  # grafeas.v1.VulnerabilityNote.WindowsDetail
  cpe_uri 1 string
  name 2 string
  description 3 string
  fixing_kbs 4 repeated message grafeas.v1.VulnerabilityNote.WindowsDetail.KnowledgeBase
  # grafeas.v1.VulnerabilityNote.WindowsDetail.KnowledgeBase
  name 1 string
  url 2 string
  # grafeas.v1.VulnerabilityOccurrence
  type 1 string
  severity 2 enum grafeas.v1.Severity
  cvss_score 3 float
  cvssv3 10 message grafeas.v1.CVSS
  package_issue 4 repeated message grafeas.v1.VulnerabilityOccurrence.PackageIssue
  short_description 5 string
  long_description 6 string
  related_urls 7 repeated message grafeas.v1.RelatedUrl
  effective_severity 8 enum grafeas.v1.Severity
  fix_available 9 bool
  cvss_version 11 enum grafeas.v1.CVSSVersion
  cvss_v2 12 message grafeas.v1.CVSS
  vex_assessment 13 message grafeas.v1.VulnerabilityOccurrence.VexAssessment
  extra_details 14 string
  risk 15 message grafeas.v1.Risk
  cvss_v4 16 message grafeas.v1.CVSS
  # grafeas.v1.VulnerabilityOccurrence.PackageIssue
  affected_cpe_uri 1 string
  affected_package 2 string
  affected_version 3 message grafeas.v1.Version
  fixed_cpe_uri 4 string
  fixed_package 5 string
  fixed_version 6 message grafeas.v1.Version
  fix_available 7 bool
  package_type 8 string
  effective_severity 9 enum grafeas.v1.Severity
  file_location 10 repeated message grafeas.v1.FileLocation
  # grafeas.v1.VulnerabilityOccurrence.VexAssessment
  cve 1 string
  vulnerability_id 8 string
  related_uris 2 repeated message grafeas.v1.RelatedUrl
  note_name 3 string
  state 4 enum grafeas.v1.VulnerabilityAssessmentNote.Assessment.State
  impacts 5 repeated string
  remediations 6 repeated message grafeas.v1.VulnerabilityAssessmentNote.Assessment.Remediation
  justification 7 message grafeas.v1.VulnerabilityAssessmentNote.Assessment.Justification
  # grafeas.v1.WindowsUpdate
  identity 1 message grafeas.v1.WindowsUpdate.Identity
  title 2 string
  description 3 string
  categories 4 repeated message grafeas.v1.WindowsUpdate.Category
  kb_article_ids 5 repeated string
  support_url 6 string
  last_published_timestamp 7 message google.protobuf.Timestamp
  # grafeas.v1.WindowsUpdate.Category
  category_id 1 string
  name 2 string
  # grafeas.v1.WindowsUpdate.Identity
  update_id 1 string
  revision 2 int32
  """
