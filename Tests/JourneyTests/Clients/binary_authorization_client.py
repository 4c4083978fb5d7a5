"""Drives the management of policies as a user of Google's published client would, and says "well" at the end.

Usage: binary_authorization_client.py rest|grpc HOST:PORT PROJECT FOLDER

The server is one of the demo profile: plain text, on loopback. PROJECT must be new to it; FOLDER is for keys.
"""

import os
import subprocess
import sys

import grpc
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import binaryauthorization_v1 as b
from google.cloud.binaryauthorization_v1.services.binauthz_management_service_v1 import transports as management_transports
from google.cloud.binaryauthorization_v1.services.system_policy_v1 import transports as system_transports
from google.cloud.binaryauthorization_v1.services.validation_helper_v1 import transports as validation_transports
from google.iam.v1 import iam_policy_pb2, policy_pb2
from grafeas import grafeas_v1 as g

transport, host, project, folder = sys.argv[1:]
parent = f"projects/{project}"
digest = "sha256:" + "ab" * 32
image = f"registry.example.test/web@{digest}"


def clients():
    if transport == "grpc":
        channel = grpc.insecure_channel(host)
        return (
            b.BinauthzManagementServiceV1Client(
                transport=management_transports.BinauthzManagementServiceV1GrpcTransport(channel=channel)
            ),
            b.SystemPolicyV1Client(transport=system_transports.SystemPolicyV1GrpcTransport(channel=channel)),
            b.ValidationHelperV1Client(transport=validation_transports.ValidationHelperV1GrpcTransport(channel=channel)),
        )
    options = {"host": host, "credentials": AnonymousCredentials(), "url_scheme": "http"}
    return (
        b.BinauthzManagementServiceV1Client(
            transport=management_transports.BinauthzManagementServiceV1RestTransport(**options)
        ),
        b.SystemPolicyV1Client(transport=system_transports.SystemPolicyV1RestTransport(**options)),
        b.ValidationHelperV1Client(transport=validation_transports.ValidationHelperV1RestTransport(**options)),
    )


def raises(kind, part, call):
    try:
        call()
    except kind as error:
        assert part in str(error), error
    else:
        raise AssertionError(f"{kind.__name__} was expected: {part}")


invalid = exceptions.InvalidArgument if transport == "grpc" else exceptions.BadRequest
changed = exceptions.Aborted if transport == "grpc" else exceptions.Conflict
management, system, validation = clients()


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout


def key(name):
    """The path of a new private key, and the public half as PEM."""
    path = f"{folder}/{project}-{name}.pem"
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path)
    return path, openssl("pkey", "-in", path, "-pubout").decode()


def attestor(pem, id="", note="qa"):
    algorithm = b.PkixPublicKey.SignatureAlgorithm.ECDSA_P256_SHA256
    public = b.AttestorPublicKey(
        id=id, comment="made for this", pkix_public_key=b.PkixPublicKey(public_key_pem=pem, signature_algorithm=algorithm)
    )
    owned = b.UserOwnedGrafeasNote(note_reference=f"{parent}/notes/{note}", public_keys=[public])
    return b.Attestor(user_owned_grafeas_note=owned)


def gpg(*arguments):
    command = ["gpg", "--homedir", f"{folder}/gpg-{project}", "--batch", "--quiet", "--passphrase", "", *arguments]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def fingerprints():
    """An OpenPGP key is known by its fingerprint, whatever id is sent."""
    os.makedirs(f"{folder}/gpg-{project}", mode=0o700)
    gpg("--quick-gen-key", "QA <qa@example.test>", "rsa3072", "sign", "never")
    listed = gpg("--list-keys", "--with-colons").splitlines()
    fingerprint = next(line.split(":")[9] for line in listed if line.startswith("fpr:"))
    public = b.AttestorPublicKey(id="mine", ascii_armored_pgp_public_key=gpg("--armor", "--export"))
    owned = b.UserOwnedGrafeasNote(note_reference=f"{parent}/notes/pgp", public_keys=[public])
    made = management.create_attestor(
        parent=parent, attestor_id="pgp", attestor=b.Attestor(user_owned_grafeas_note=owned)
    )
    assert made.user_owned_grafeas_note.public_keys[0].id == fingerprint, made


def policies():
    name = f"{parent}/policy"
    unset = management.get_policy(name=name)
    rule = unset.default_admission_rule
    assert rule.evaluation_mode == b.AdmissionRule.EvaluationMode.ALWAYS_ALLOW and unset.etag
    rule = b.AdmissionRule(
        evaluation_mode=b.AdmissionRule.EvaluationMode.REQUIRE_ATTESTATION,
        enforcement_mode=b.AdmissionRule.EnforcementMode.ENFORCED_BLOCK_AND_AUDIT_LOG,
        require_attestations_by=[f"{parent}/attestors/qa"],
    )
    mine = b.Policy(name=name, default_admission_rule=rule, etag=unset.etag)
    mine.admission_whitelist_patterns = [b.AdmissionWhitelistPattern(name_pattern="registry.example.test/infra/*")]
    raises(invalid, "does not exist", lambda: management.update_policy(policy=mine))
    path, pem = key("qa")
    made = management.create_attestor(parent=parent, attestor_id="qa", attestor=attestor(pem))
    kept = management.update_policy(policy=mine)
    assert kept.default_admission_rule == rule and kept.update_time and kept.etag != unset.etag
    assert management.get_policy(name=name) == kept
    raises(changed, "changed by somebody else", lambda: management.update_policy(policy=mine))
    vacuous = b.Policy(name=name, etag=kept.etag)
    raises(invalid, "defaultAdmissionRule", lambda: management.update_policy(policy=vacuous))
    assert management.get_policy(name=name) == kept
    return path, made


def attestors(first):
    public = first.user_owned_grafeas_note.public_keys[0]
    assert public.id.startswith("ni:///sha-256;") and public.comment == "made for this"
    raises(
        exceptions.Conflict,
        "exists already",
        lambda: management.create_attestor(parent=parent, attestor_id="qa", attestor=attestor(key("x")[1])),
    )
    for id in ["c", "a", "b"]:
        management.create_attestor(parent=parent, attestor_id=id, attestor=attestor(key(id)[1], id=f"https://keys/{id}"))
    listed = management.list_attestors(b.ListAttestorsRequest(parent=parent, page_size=3))
    assert [one.name.split("/")[-1] for one in listed] == ["a", "b", "c", "qa"]
    one = management.get_attestor(name=f"{parent}/attestors/a")
    assert one.user_owned_grafeas_note.public_keys[0].id == "https://keys/a"
    one.description = "changed"
    after = management.update_attestor(attestor=one)
    assert after.description == "changed" and after.etag != one.etag
    raises(changed, "changed by somebody else", lambda: management.update_attestor(attestor=one))
    management.delete_attestor(name=one.name)
    raises(exceptions.NotFound, "not found", lambda: management.get_attestor(name=one.name))
    raises(exceptions.NotFound, "not found", lambda: management.delete_attestor(name=one.name))


def validations(path, made):
    payload = (
        '{"critical":{"identity":{"docker-reference":"registry.example.test/web"},'
        f'"image":{{"docker-manifest-digest":"{digest}"}},"type":"Google cloud binauthz container signature"}}}}'
    ).encode()
    signature = openssl("dgst", "-sha256", "-sign", path, data=payload)

    def validate(payload=payload, signature=signature, image=image):
        return validation.validate_attestation_occurrence(
            b.ValidateAttestationOccurrenceRequest(
                attestor=made.name,
                occurrence_note=f"{parent}/notes/qa",
                occurrence_resource_uri=f"https://{image}",
                attestation=g.AttestationOccurrence(
                    serialized_payload=payload,
                    signatures=[
                        g.Signature(
                            signature=signature, public_key_id=made.user_owned_grafeas_note.public_keys[0].id
                        )
                    ],
                ),
            )
        )

    result = b.ValidateAttestationOccurrenceResponse.Result
    good = validate()
    assert good.result == result.VERIFIED and not good.denial_reason, good
    other = openssl("dgst", "-sha256", "-sign", key("stranger")[0], data=payload)
    for bad in [validate(signature=other), validate(payload=payload + b" "), validate(image=image.replace("abab", "cdcd"))]:
        assert bad.result == result.ATTESTATION_NOT_VERIFIABLE and bad.denial_reason, bad


def system_policy():
    policy = system.get_system_policy(name="locations/global/policy")
    patterns = [pattern.name_pattern for pattern in policy.admission_whitelist_patterns]
    assert patterns == ["registry.example.test/system/*"], policy


def access(made):
    for resource, right in [(f"{parent}/policy", "policy.get"), (made.name, "attestors.get")]:
        empty = management.get_iam_policy(iam_policy_pb2.GetIamPolicyRequest(resource=resource))
        assert not empty.bindings
        role = "roles/binaryauthorization." + ("policyEditor" if right == "policy.get" else "attestorsVerifier")
        binding = policy_pb2.Binding(role=role, members=["user:robot"])
        policy = policy_pb2.Policy(bindings=[binding], etag=empty.etag)
        kept = management.set_iam_policy(iam_policy_pb2.SetIamPolicyRequest(resource=resource, policy=policy))
        assert kept.bindings[0].members == ["user:robot"]
        assert management.get_iam_policy(iam_policy_pb2.GetIamPolicyRequest(resource=resource)) == kept
        asked = [f"binaryauthorization.{right}"]
        request = iam_policy_pb2.TestIamPermissionsRequest(resource=resource, permissions=asked)
        assert list(management.test_iam_permissions(request).permissions) == asked


path, made = policies()
attestors(made)
validations(path, made)
system_policy()
access(made)
fingerprints()
print("well")
