package import Policies

/// How the gate judges, apart from the policy. The defaults are the strict choices.
package struct GateSettings: Sendable {
  /// What is done about an image that is named by tag alone.
  package enum Tags: String, CaseIterable, Sendable {
    case refuse
    /// `/mutate` looks it up once, judges that digest and writes it where `pinning` says; `/validate` refuses what should
    /// have been written.
    case resolve
  }

  /// What is done while the files of the policies cannot be read.
  package enum BrokenPolicy: String, CaseIterable, Sendable {
    /// The last good rules hold on.
    case lastGood
    case deny
  }

  /// `location.cluster`, for the policy's rules by cluster.
  package var cluster = ""
  package var trustDomain = "cluster.local"
  /// Whether an image that needs no attestation needs a digest all the same.
  package var requiresDigest = true
  package var tags = Tags.refuse
  /// Where the digests of tags are written, if they are looked up.
  package var pinning = Pinning.all
  /// Whether the manifest of an attested image is looked at once, to refuse those that can be read in two ways.
  package var inspectsManifests = false
  /// Hosts that may be dialled to look up tags and manifests, exactly as image names have them.
  package var registries: Set<String> = []
  /// Namespaces where nothing is judged, by exact name.
  package var exemptNamespaces: Set<String> = []
  /// Users for whom nothing is judged, by exact name.
  package var exemptUsers: Set<String> = []
  package var namespaceExemption: NamespaceExemption?
  package var breakGlass: BreakGlass?
  /// Of a request; larger ones are refused unread.
  package var limitBodyBytes = AdmissionRequest.limitBytes
  /// For all that is asked of other servers on behalf of one review; keep it below the webhook's timeoutSeconds.
  package var deadline: Duration = .seconds(3)
  /// How long evidence that lets an image in is believed without asking again, once the changes of the store cannot be
  /// followed; while they are followed it does not age.
  package var evidenceAgeSeconds: Int64 = 300
  /// How old evidence may be where the store cannot be asked; 0 believes nothing that has aged.
  package var outageAgeSeconds: Int64 = 0
  /// What is answered where nothing but a missing thing speaks against an image.
  package var causes = CauseAnswers()
  package var brokenPolicy = BrokenPolicy.lastGood
  /// How long the lack of it is; short, because people attest and try again.
  package var refusalAgeSeconds: Int64 = 2
  /// Entries in memory, one an image and attestor; the older half goes when they are full.
  package var limitEntries = 400_000
  /// Occurrences in memory, for policies that look at what is recorded of images.
  package var limitFacts = 50_000
  /// Attestations looked at for one image and attestor; the newest are kept.
  package var limitAttestations = 1000

  package init() {}

  /// Without tags that are looked up there is no digest to write.
  var appliedPinning: Pinning { tags == .resolve ? pinning : .off }
}
