package import Images

/// An object of the cluster, seen as what it would make run: every image in it, and where it stands.
package struct Workload: Hashable, Sendable {
  /// One place that names an image. One object, as all that is weighed about the image carries it.
  package final class ImageUse: Hashable, Sendable {
    /// What the image is wanted for.
    package enum Kind: String, Sendable {
      case container
      case initContainer = "init container"
      case ephemeralContainer = "ephemeral container"
      case volume = "image volume"
    }

    package let kind: Kind
    /// Of the container or volume; empty when it has none.
    package let name: String
    /// From the root of the object to the element: `spec.jobTemplate.spec.template.spec.initContainers[0]`.
    package let field: String
    /// Exactly as written; nobody has looked whether it names an image.
    package let image: String
    /// The same, read; nil when it names no image.
    package let reference: ImageReference?
    /// Of the pod it belongs to; `default` when none is written.
    package let serviceAccount: String

    package init(kind: Kind, name: String, field: String, image: String, serviceAccount: String = "default") {
      self.kind = kind
      self.name = name
      self.field = field
      self.image = image
      reference = try? ImageReference(parsing: image)
      self.serviceAccount = serviceAccount
    }

    /// From the root of the object to the text that names the image.
    package var imageField: String { field + (kind == .volume ? ".image.reference" : ".image") }

    /// Whether both stand at the same place and say the same.
    package static func == (one: ImageUse, other: ImageUse) -> Bool {
      one.image == other.image && one.field == other.field && one.kind == other.kind && one.name == other.name
        && one.serviceAccount == other.serviceAccount
    }

    /// By image and place.
    package func hash(into hasher: inout Hasher) {
      hasher.combine(image)
      hasher.combine(field)
    }
  }

  /// `apps/v1`, as written.
  package let apiVersion: String
  package let kind: String
  /// Nil when it is not written, as with `generateName` or in another namespace's context.
  package let name: String?
  package let namespace: String?
  /// `metadata.annotations`.
  package let annotations: [String: String]
  /// In the order of the object. Empty for kinds that run nothing.
  package let images: [ImageUse]

  package init(
    apiVersion: String, kind: String, name: String?, namespace: String?, annotations: [String: String],
    images: [ImageUse]
  ) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.name = name
    self.namespace = namespace
    self.annotations = annotations
    self.images = images
  }

  /// Whether both would make the same images run, in the same places, under the same service accounts.
  package func runsTheSame(as other: Workload) -> Bool {
    kind == other.kind && apiVersion == other.apiVersion && images == other.images
  }
}
