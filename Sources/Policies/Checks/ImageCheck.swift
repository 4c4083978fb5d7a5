/// One question asked of an image before anybody vouches for it.
///
/// A check is one file: its settings, what it needs to know, its verdict. It is a function of its arguments, and is made
/// known in `allChecks`.
///
/// Source: Voucher, `Check`.
package protocol ImageCheck: Sendable {
  /// As configuration and callers name it. A name that ends in `_` stands for all that begin so.
  static var name: String { get }
  /// What has to be found out before it can be judged.
  var needs: Set<CheckNeed> { get }
  /// Reads the settings of the check `name`.
  ///
  /// - Throws: `DocumentError` for settings under which it would mean nothing.
  init(_ settings: DocumentNode, named name: String) throws(DocumentError)
  /// - Parameter nowSeconds: seconds since 1970 UTC.
  func verdict(on subject: CheckSubject, at nowSeconds: Int64) -> CheckVerdict
}

/// What a check has to know of an image.
package enum CheckNeed: Hashable, Sendable {
  /// That it is there, and its configurations.
  case contents
  /// Its /etc/passwd and /etc/group, where the user of the configuration is a name.
  case accounts
  /// What is recorded of it.
  case occurrences
  /// The configuration of its base image.
  case base
  /// What a forge says of the commits it was built from.
  case commits
}

/// Every check there is, in the order in which they are run and listed.
package let allChecks: [any ImageCheck.Type] = [
  DIY.self, Nobody.self, Snakeoil.self, Provenance.self, Approved.self, Organization.self, SBOM.self, Fresh.self, Pinned.self,
]

extension ImageCheck {
  static func isNamed(_ text: String) -> Bool {
    name.hasSuffix("_") ? text.hasPrefix(name) && text.utf8.count > name.utf8.count : text == name
  }
}
