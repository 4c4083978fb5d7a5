import Images

/// Why an object cannot be told to run only what it shows.
package enum WorkloadError: Problem, Equatable {
  /// No object of Kubernetes: no kind, or no mapping.
  case notAnObject(because: String)
  /// Something that should name an image, or hold what does, cannot be read. `field` says where.
  case malformed(field: String, because: String)
  /// More images than any pod has use for.
  case tooManyImages(limit: Int)

  package var code: String {
    switch self {
    case .notAnObject: "malformed-object"
    case .malformed: "malformed-workload"
    case .tooManyImages: "too-many-images"
    }
  }

  package var problem: String {
    switch self {
    case .notAnObject(let reason): "It is not an object of Kubernetes: \(reason)."
    case .malformed(let field, let reason): "\(printable(field)) cannot be read: \(reason)."
    case .tooManyImages(let limit): "It names more than \(limit) images."
    }
  }

  package var remedy: String {
    switch self {
    case .notAnObject: "Send an object with apiVersion and kind."
    case .malformed: "Write it as Kubernetes has it: a list of containers, each with name and image."
    case .tooManyImages: "Split it into several objects."
    }
  }
}
