/// What can go wrong while naming or reading an image.
package enum ImageError: Problem, Equatable {
  case malformedDigest(String)
  case malformedReference(String, because: String)
  case malformedPlatform(String)
  /// The bytes are not what was asked for. `origin` says where they came from.
  case digestMismatch(wanted: Digest, got: Digest, origin: String)
  /// A manifest, index, configuration or archive document that breaks its specification.
  case malformedDocument(String, because: String)
  /// A document that can be read as an image and as an index, or whose media type and content disagree.
  case ambiguousManifest(because: String)
  /// A layer, or a file in it, that breaks the tar or compression format.
  case malformedLayer(String, because: String)
  /// Something from outside is larger than its ceiling. `limit` is in the unit that `what` names.
  case overLimit(what: String, limit: Int)
  /// A media type or compression this build does not read.
  case unsupported(String)
  case noSuchPlatform(Platform, available: [Platform])
  case notFound(String)
  /// A manifest of something that is no image.
  case notAnImage(Digest, type: MediaType)

  package var code: String {
    switch self {
    case .malformedDigest: "malformed-digest"
    case .malformedReference: "malformed-reference"
    case .malformedPlatform: "malformed-platform"
    case .digestMismatch: "digest-mismatch"
    case .malformedDocument: "malformed-document"
    case .ambiguousManifest: "ambiguous-manifest"
    case .malformedLayer: "malformed-layer"
    case .overLimit: "over-limit"
    case .unsupported: "unsupported-media-type"
    case .noSuchPlatform: "no-such-platform"
    case .notFound: "image-not-found"
    case .notAnImage: "not-an-image"
    }
  }

  package var problem: String {
    switch self {
    case .malformedDigest(let text): "\"\(printable(text))\" is an invalid digest."
    case .malformedReference(let text, let reason): "\"\(printable(text))\" does not name an image: \(reason)."
    case .malformedPlatform(let text): "\"\(printable(text))\" does not name a platform."
    case .digestMismatch(let wanted, let got, let origin):
      "\(origin) answered with content of digest \(got) where \(wanted) was asked for."
    case .malformedDocument(let what, let reason): "\(what) is malformed: \(reason)."
    case .ambiguousManifest(let reason): "The manifest is ambiguous: \(reason)."
    case .malformedLayer(let what, let reason): "Layer \(what) cannot be read: \(reason)."
    case .overLimit(let what, let limit): "\(what) is over the limit of \(limit)."
    case .unsupported(let what): "\(printable(what)) is not supported."
    case .noSuchPlatform(let platform, let available):
      "The image is not built for \(platform), only for \(available.map(\.description).joined(separator: ", "))."
    case .notFound(let what): "\(printable(what)) was not found."
    case .notAnImage(let digest, let type): "\(digest) is no image, but an artifact of type \(type)."
    }
  }

  package var remedy: String {
    switch self {
    case .malformedDigest: "Write sha256: and 64 lower-case hex digits."
    case .malformedReference: "Write it as registry/repository@sha256:…, for example my.regist.ry/shop/web@sha256:…."
    case .malformedPlatform: "Write os/architecture, for example linux/amd64."
    case .digestMismatch:
      "Do not deploy it: pull again, and if it repeats, treat the registry or the way to it as tampered with."
    case .malformedDocument, .malformedLayer: "Rebuild the image and push it again."
    case .ambiguousManifest: "Rebuild the image with a current builder; do not sign or deploy this one."
    case .overLimit: "Make the image smaller, or treat it as hostile if nobody knows why it is so large."
    case .unsupported: "Rebuild the image as an OCI image, or a Docker one of schema 2, with gzip layers."
    case .noSuchPlatform: "Name one of the platforms it has with --platform, or build it for this one."
    case .notFound: "Check the name, and that the image was pushed."
    case .notAnImage: "Name the image; what only belongs to one is neither run nor vouched for."
    }
  }
}
