import Images

/// Why the API server could not be asked, or what it answered instead of what was wanted.
package enum ClusterError: Problem, Equatable {
  /// The settings do not say how to reach an API server.
  case unconfigured(because: String)
  /// There was no answer, or one that cannot be read.
  case unavailable(String)
  /// It is longer than what is read of it.
  case tooLarge(limitBytes: Int)
  /// There is no such object, or no such kind.
  case absent(String)
  /// Somebody else has changed the object, or made one of that name.
  case conflict(String)
  /// The version that was asked for is no longer kept; list again.
  case gone
  /// Any other refusal: its status and the reason it gives.
  case refused(status: Int, reason: String)

  package var code: String {
    switch self {
    case .unconfigured: "cluster-unconfigured"
    case .unavailable: "cluster-unavailable"
    case .tooLarge: "cluster-answer-too-large"
    case .absent: "cluster-object-absent"
    case .conflict: "cluster-conflict"
    case .gone: "cluster-version-gone"
    case .refused: "cluster-refused"
    }
  }

  package var problem: String {
    switch self {
    case .unconfigured(let reason): "It is not known how to reach the Kubernetes API: \(reason)."
    case .unavailable(let cause): "The Kubernetes API could not be asked: \(printable(cause))."
    case .tooLarge(let limit): "The Kubernetes API answered more than \(limit) bytes."
    case .absent(let name): "The Kubernetes API knows no \(printable(name))."
    case .conflict(let name): "Somebody else has changed \(printable(name))."
    case .gone: "The Kubernetes API no longer keeps the version that was asked for."
    case .refused(let status, let reason): "The Kubernetes API answered \(status): \(printable(reason))."
    }
  }

  package var remedy: String {
    switch self {
    case .unconfigured: "Run the gate under a service account, or name a kubeconfig."
    case .unavailable: "Check the network between this pod and the API server."
    case .tooLarge: "Ask for a smaller page."
    case .absent: "Apply the manifests of Deploy/gate."
    case .conflict, .gone: "Read it again."
    case .refused: "Compare the service account's rights with Deploy/gate/rights.yaml."
    }
  }
}
