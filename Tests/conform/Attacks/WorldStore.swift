import Attestations
import Foundation
import Images
import Metadata
import Schemas
import SwiftProtobuf
import Synchronization

/// The time in a world; the harness moves it.
final class WorldClock: Sendable {
  private let seconds: Mutex<Int64>

  init(_ seconds: Int64) { self.seconds = Mutex(seconds) }

  var now: Int64 {
    get { seconds.withLock { $0 } }
    set { seconds.withLock { $0 = newValue } }
  }
}

/// The metadata store of a world, with its attestations recorded as they would have been.
struct WorldStore {
  let store: InMemoryStore

  init(_ world: World) async throws {
    let clock = WorldClock(try world.nowSeconds)
    let count = Mutex(0)
    store = InMemoryStore(
      stamps: Stamps(
        now: { Google_Protobuf_Timestamp.with { $0.seconds = clock.now } },
        newID: {
          count.withLock {
            $0 += 1; return "\($0)"
          }
        }))
    for note in Set(world.attestations.compactMap { $0["noteName"]?.string }) {
      guard let name = try? NoteName(parsing: note) else { continue }
      _ = try await store.create([name.id: Note(attestorNamed: name.id)], in: name.project)
    }
    let project = try ProjectName(id: "attacks")
    for attestation in world.attestations {
      // The store stamps what it records, so its clock is set to when the world says that was.
      clock.now = try attestation["createTime"]?.string.map(seconds) ?? world.nowSeconds
      guard let occurrence = Self.occurrence(attestation) else { continue }
      do {
        _ = try await store.create([occurrence], in: project)
      } catch let error as MetadataError {
        // What no store of ours takes is not there to be believed.
        guard case .invalid = error else { throw error }
      }
    }
  }

  /// How many notes and occurrences there are.
  var count: Int {
    get async throws {
      var total = 0
      for project in ["attacks", "attestors"] {
        let name = try ProjectName(id: project)
        total += try await store.notes(in: name, page: PageRequest()).items.count
        total += try await store.occurrences(in: name, matching: OccurrenceFilter(), page: PageRequest()).items.count
      }
      return total
    }
  }

  /// Nil for what could not even be sent to a store.
  private static func occurrence(_ attestation: CaseValue) -> Occurrence? {
    var isSound = true
    func data(_ value: CaseValue?) -> Data {
      guard let data = Data(base64Encoded: value?.string ?? "") else {
        isSound = false
        return Data()
      }
      return data
    }
    var occurrence = Occurrence()
    occurrence.resourceUri = attestation["resourceUri"]?.string ?? ""
    occurrence.noteName = attestation["noteName"]?.string ?? ""
    switch attestation["style"]?.string {
    case "cosign-simple-signing", "x509-signature": return nil
    case "dsse":
      let envelope = attestation["envelope"] ?? .null
      occurrence.dsseAttestation.envelope.payloadType = envelope["payloadType"]?.string ?? ""
      occurrence.dsseAttestation.envelope.payload = data(envelope["payload"])
      occurrence.dsseAttestation.envelope.signatures = (envelope["signatures"]?.elements ?? []).map { one in
        var signature = Grafeas_V1_EnvelopeSignature()
        signature.keyid = one["keyid"]?.string ?? ""
        signature.sig = data(one["sig"])
        return signature
      }
    case "jwt":
      var token = Grafeas_V1_Jwt()
      token.compactJwt = attestation["compactJwt"]?.string ?? ""
      occurrence.attestation.jwts = [token]
    case "grafeas-pgp-attestation":
      // A store wants the payload beside the message, as Kritis writes it.
      let image = try? PinnedReference(resourceURI: occurrence.resourceUri)
      occurrence.attestation.serializedPayload = Data(image.map { ContainerSignature($0).payload } ?? [])
      var signature = Grafeas_V1_Signature()
      signature.publicKeyID = attestation["publicKeyId"]?.string ?? ""
      signature.signature = Data((attestation["signedMessage"]?.string ?? "").utf8)
      occurrence.attestation.signatures = [signature]
    default:
      occurrence.attestation.serializedPayload = data(attestation["serializedPayload"])
      occurrence.attestation.signatures = (attestation["signatures"]?.elements ?? []).map { one in
        var signature = Grafeas_V1_Signature()
        signature.publicKeyID = one["publicKeyId"]?.string ?? ""
        signature.signature = data(one["signature"])
        return signature
      }
    }
    return isSound ? occurrence : nil
  }
}
