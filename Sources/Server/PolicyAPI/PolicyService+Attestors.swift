import Attestations
import Images
import Metadata
import Policies
package import Schemas
import SwiftProtobuf

/// An attestor, as the API has it.
package typealias AttestorMessage = Google_Cloud_Binaryauthorization_V1_Attestor

/// Source: google.cloud.binaryauthorization.v1.BinauthzManagementServiceV1, the methods of attestors.
extension PolicyService {
  /// Needs `attestors.create` on the project. An attestor may be made without keys; until it has one no policy may demand it.
  package func createAttestor(
    _ request: Google_Cloud_Binaryauthorization_V1_CreateAttestorRequest, by caller: Caller
  ) async throws -> AttestorMessage {
    let project = try ProjectName(requested: request.parent)
    let name = try ManagedName(parsing: "\(project)/attestors/\(request.attestorID)")
    try await metadata.require(.createAttestors, on: .project(project), caller)
    guard request.attestor.name.isEmpty || withoutLocation(request.attestor.name) == name.description else {
      throw MetadataError.invalid(what: "attestor", reasons: ["attestor.name is not \(name); leave it out"])
    }
    let attestor = try await settled(request.attestor, as: name)
    return try AttestorMessage(await store.put(attestor.serializedBytes(), as: name, over: .nothing))
  }

  /// Needs `attestors.get`.
  package func getAttestor(
    _ request: Google_Cloud_Binaryauthorization_V1_GetAttestorRequest, by caller: Caller
  ) async throws -> AttestorMessage {
    let name = try Self.attestorName(request.name)
    try await metadata.require(.getAttestors, on: .managed(name), caller)
    return try AttestorMessage(await store.managed(name))
  }

  /// Needs `attestors.update`. Replaces the whole attestor.
  ///
  /// - Throws: `MetadataError.outdated` when its etag is not that of the attestor that it replaces.
  package func updateAttestor(
    _ request: Google_Cloud_Binaryauthorization_V1_UpdateAttestorRequest, by caller: Caller
  ) async throws -> AttestorMessage {
    let name = try Self.attestorName(request.attestor.name)
    try await metadata.require(.updateAttestors, on: .managed(name), caller)
    let attestor = try await settled(request.attestor, as: name)
    return try AttestorMessage(
      await metadata.put(attestor.serializedBytes(), as: name, etag: request.attestor.etag))
  }

  /// Needs `attestors.list` on the project.
  package func listAttestors(
    _ request: Google_Cloud_Binaryauthorization_V1_ListAttestorsRequest, by caller: Caller
  ) async throws -> Google_Cloud_Binaryauthorization_V1_ListAttestorsResponse {
    let project = try ProjectName(requested: request.parent)
    try await metadata.require(.listAttestors, on: .project(project), caller)
    let collection = "\(project)/attestors"
    let page = try await store.managed(
      in: collection, page: metadata.pageRequest(request.pageSize, request.pageToken, of: [collection]))
    let attestors = try page.items.map { try AttestorMessage($0) }
    return .with {
      $0.attestors = attestors
      $0.nextPageToken = metadata.nextToken(page, of: [collection])
    }
  }

  /// Needs `attestors.delete`. Its access policy goes with it.
  package func deleteAttestor(
    _ request: Google_Cloud_Binaryauthorization_V1_DeleteAttestorRequest, by caller: Caller
  ) async throws {
    let name = try Self.attestorName(request.name)
    try await metadata.require(.deleteAttestors, on: .managed(name), caller)
    try await store.remove(name, etag: nil)
  }

  /// The attestor as it is kept: read as the gate will, with the ids that its keys have.
  ///
  /// An OpenPGP key's id is always its fingerprint; a PKIX key's id is made from the key where none is given.
  private func settled(_ written: AttestorMessage, as name: ManagedName) async throws -> AttestorMessage {
    var attestor = written
    attestor.name = name.description
    attestor.etag = ""
    attestor.clearUpdateTime()
    attestor.userOwnedGrafeasNote.delegationServiceAccountEmail = ""
    _ = try NoteName(parsing: attestor.userOwnedGrafeasNote.noteReference)
    guard !attestor.userOwnedGrafeasNote.publicKeys.isEmpty else { return attestor }
    let keys = try Self.attestor(attestor).keys
    for index in attestor.userOwnedGrafeasNote.publicKeys.indices {
      let other = attestor.userOwnedGrafeasNote.publicKeys[index].pkixPublicKey.keyID
      guard other.isEmpty || other == keys[index].id else {
        throw MetadataError.invalid(
          what: "attestor", reasons: ["publicKeys[\(index)] has two ids; leave id or pkixPublicKey.keyId out"])
      }
      attestor.userOwnedGrafeasNote.publicKeys[index].id = keys[index].id
    }
    return attestor
  }

  /// The attestor that a message says, which has keys.
  ///
  /// - Throws: `MetadataError.invalid`.
  static func attestor(_ message: AttestorMessage) throws -> Attestor {
    let answer = Google_Cloud_Binaryauthorization_V1_ListAttestorsResponse.with { $0.attestors = [message] }
    let document = try document(answer, named: message.name)
    do throws(DocumentError) {
      guard let attestor = try Attestors(document).all.first else {
        throw document.error("it has no key", remedy: "Add a public key.")
      }
      return attestor
    } catch {
      throw MetadataError("attestor", error)
    }
  }

  static func attestorName(_ text: String) throws(MetadataError) -> ManagedName {
    let name = try ManagedName(requested: text)
    guard case .attestor = name else { throw .malformedName(text, form: "projects/{project}/attestors/{attestor}") }
    return name
  }
}

extension AttestorMessage {
  init(_ document: ManagedDocument) throws {
    try self.init(serializedBytes: document.bytes)
    etag = document.etag
    updateTime = document.updateTime
  }
}
