import Images

/// What can go wrong between us and a registry or an image file.
package enum RegistryError: Problem, Equatable {
  /// The settings name the registries to use, and this is none of them.
  case notAllowed(host: String)
  /// The host's address is one that no registry has: loopback, link-local, a cloud's metadata server.
  case refusedAddress(host: String, address: String)
  /// Something would be sent in clear text, or where it does not belong.
  case refusedWay(host: String, because: String)
  case unreachable(host: String, because: String)
  case unauthorized(host: String, what: String)
  case notFound(String)
  /// The registry answered with a status that nobody asked for.
  case unexpectedStatus(host: String, status: Int, what: String)
  case malformed(host: String, because: String)
  /// `limit` is in the unit that `what` names.
  case overLimit(what: String, limit: Int)
  case unreadableFile(path: String, because: String)

  package var code: String {
    switch self {
    case .notAllowed: "registry-not-allowed"
    case .refusedAddress: "registry-address-refused"
    case .refusedWay: "registry-way-refused"
    case .unreachable: "registry-unreachable"
    case .unauthorized: "registry-unauthorized"
    case .notFound: "registry-not-found"
    case .unexpectedStatus: "registry-unexpected-status"
    case .malformed: "registry-malformed-answer"
    case .overLimit: "registry-over-limit"
    case .unreadableFile: "image-file-unreadable"
    }
  }

  package var problem: String {
    switch self {
    case .notAllowed(let host): "\(printable(host)) is not among the registries that may be asked."
    case .refusedAddress(let host, let address): "\(printable(host)) has the address \(address), where no registry may be."
    case .refusedWay(let host, let reason): "\(printable(host)) was not asked: \(printable(reason))."
    case .unreachable(let host, let reason): "\(printable(host)) cannot be reached: \(printable(reason))."
    case .unauthorized(let host, let what): "\(printable(host)) does not let us \(printable(what))."
    case .notFound(let what): "\(printable(what)) does not exist."
    case .unexpectedStatus(let host, let status, let what):
      "\(printable(host)) answered with status \(status) when asked to \(printable(what))."
    case .malformed(let host, let reason): "The answer of \(printable(host)) is malformed: \(printable(reason))."
    case .overLimit(let what, let limit): "\(printable(what)) is over the limit of \(limit)."
    case .unreadableFile(let path, let reason): "\(printable(path)) cannot be read: \(printable(reason))."
    }
  }

  package var remedy: String {
    switch self {
    case .notAllowed: "Add the host to the allowed registries if it is yours."
    case .refusedAddress: "Check the image's host name; for a registry on this machine, set `connect` for its host."
    case .refusedWay: "Use https, and list a separate token server under the registry's token hosts."
    case .unreachable: "Check the host name, the network, and the registry's certificate."
    case .unauthorized: "Give a user and password that may do this for the registry's host."
    case .notFound: "Check the name, and that the image was pushed."
    case .unexpectedStatus: "Try again later; if it repeats, look into the registry's log."
    case .malformed: "Look into the registry and whatever stands before it."
    case .overLimit: "Treat the registry as hostile if nobody knows why it answers so much."
    case .unreadableFile: "Name an image layout, or an archive of `docker save`, that this user may read."
    }
  }
}
