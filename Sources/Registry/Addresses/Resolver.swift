import Dispatch
import Glibc
import NIOCore

/// Asks for the address of a host name. What it answers is checked and then dialled, that and no other.
package struct Resolver: Sendable {
  package let address: @Sendable (_ host: String) async throws(RegistryError) -> Address

  /// - Parameter address: throws `RegistryError.unreachable` for a name without address.
  package init(_ address: @escaping @Sendable (_ host: String) async throws(RegistryError) -> Address) { self.address = address }

  /// The machine's own resolver; the first address in the order of RFC 6724.
  package static let system = Resolver { (host) async throws(RegistryError) in
    let found: Address? = await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: look(up: host)) }
    }
    guard let found else { throw .unreachable(host: host, because: "the name has no address") }
    return found
  }

  private static func look(up host: String) -> Address? {
    guard let text = try? SocketAddress.makeAddressResolvingHost(host, port: 443).ipAddress else { return nil }
    let isVersion6 = text.contains(":")
    var bytes = [UInt8](repeating: 0, count: isVersion6 ? 16 : 4)
    let withoutZone = String(text.prefix { $0 != "%" })
    return inet_pton(isVersion6 ? AF_INET6 : AF_INET, withoutZone, &bytes) == 1 ? Address(bytes) : nil
  }
}
