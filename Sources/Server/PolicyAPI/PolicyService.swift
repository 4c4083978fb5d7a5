import Attestations
import Foundation
import Images
import Metadata
package import Policies
import Schemas

/// The management of policies and attestors without its wire: one method for each that callers have.
///
/// Nothing is kept that the gate would not read: an invalid document is refused with its place and a remedy, and changes
/// nothing.
///
/// Source: google.cloud.binaryauthorization.v1.
package struct PolicyService: Sendable {
  let metadata: MetadataService
  let systemPolicy: SystemPolicy
  let now: @Sendable () -> Int64

  /// - Parameters:
  ///   - systemPolicy: what every project may be told is the operator's list of images.
  ///   - now: seconds since 1970 UTC.
  package init(
    _ metadata: MetadataService, systemPolicy: SystemPolicy = .empty,
    now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
  ) {
    self.metadata = metadata
    self.systemPolicy = systemPolicy
    self.now = now
  }

  var store: any CompleteStore { metadata.store }
}

extension ManagedName {
  /// The name in a request, with a location or without.
  ///
  /// - Throws: `MetadataError.malformedName`.
  init(requested name: String) throws(MetadataError) { try self.init(parsing: withoutLocation(name)) }
}

extension MetadataError {
  /// Why a document is not kept, in the words of the reader that refused it.
  init(_ what: String, _ fault: DocumentError) {
    let place = fault.path.isEmpty ? "" : "\(fault.path): "
    self = .invalid(what: what, reasons: ["\(place)\(fault.reason). \(fault.remedy)"])
  }

  init(_ what: String, _ fault: AttestationError) {
    self = .invalid(what: what, reasons: ["\(fault.problem) \(fault.remedy)"])
  }
}

extension MetadataService {
  /// What is kept over an earlier state that the caller may have named.
  ///
  /// - Parameters:
  ///   - etag: empty for whatever is there.
  ///   - unset: the etag of a document that stands for there being none; nil where there must be one.
  /// - Throws: `MetadataError.outdated` when the state is another.
  func put(
    _ bytes: [UInt8], as name: ManagedName, etag: String, unset: String? = nil
  ) async throws -> ManagedDocument {
    let state: ManagedState =
      switch etag {
      case "": unset == nil ? .present(etag: nil) : .anything
      case unset: .nothing
      default: .present(etag: etag)
      }
    do {
      return try await store.put(bytes, as: name, over: state)
    } catch MetadataError.alreadyExists {
      throw MetadataError.outdated(name.description)
    } catch MetadataError.notFound where unset != nil {
      throw MetadataError.outdated(name.description)
    }
  }
}
