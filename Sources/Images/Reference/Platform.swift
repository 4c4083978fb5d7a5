/// What an image is built to run on.
///
/// Source: OCI image-spec 1.1, image-index.md, `platform`.
package struct Platform: Hashable, Sendable, CustomStringConvertible {
  package let os: String
  package let architecture: String
  /// `v7`, `v8` and the like; nil when the document names none.
  package let variant: String?

  package init(os: String, architecture: String, variant: String? = nil) {
    self.os = os
    self.architecture = architecture
    self.variant = variant
  }

  /// What a cluster runs unless somebody says otherwise.
  package static let linuxAMD64 = Platform(os: "linux", architecture: "amd64")

  /// Reads `os/architecture[/variant]`.
  ///
  /// - Throws: `ImageError.malformedPlatform`.
  package init(parsing text: String) throws(ImageError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { throw .malformedPlatform(text) }
    self.init(os: parts[0], architecture: parts[1], variant: parts.count == 3 ? parts[2] : nil)
  }

  package var description: String { "\(os)/\(architecture)" + (variant.map { "/\($0)" } ?? "") }
}
