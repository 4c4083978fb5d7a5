import Images
package import Logging
import Metadata

/// Tells the log of calls that did not go through: who called, what was asked, and what stood in the way.
package struct CallLog: Sendable {
  /// Nil when nobody knows.
  private let caller: Caller?
  private let call: Logger.Metadata
  private let logger: Logger

  /// - Parameter call: what was asked, `method` and `path`; printable.
  package init(_ call: Logger.Metadata, by caller: Caller?, to logger: Logger) {
    self.call = call
    self.caller = caller
    self.logger = logger
  }

  /// Says what went wrong, as loud as it deserves.
  package func record(_ error: any Error) {
    var facts = call
    facts["caller"] = "\(caller?.name ?? "unknown")"
    switch error {
    case MetadataError.permissionDenied(let right, let on):
      facts["right"] = "\(right)"
      facts["on"] = "\(printable(on))"
      logger.warning("a call was refused for want of a right", metadata: facts)
    case MetadataError.unauthenticated: logger.warning("a call was refused for want of a known token", metadata: facts)
    case MetadataError.unavailable(let reason), MetadataError.storageFull(let reason):
      facts["reason"] = "\(reason)"
      logger.error("the store did not answer", metadata: facts)
    case let problem as any Problem:
      facts["code"] = "\(problem.code)"
      logger.debug("a call was malformed", metadata: facts)
    default:
      facts["error"] = "\(error)"
      logger.error("a call failed", metadata: facts)
    }
  }
}
