import Crypto
import Foundation
import Images
import Metadata

/// Makes the positions of a store into page tokens that only this server can have given, and only for the same list.
///
/// Source: RFC 2104 (HMAC), RFC 4648 section 5 (base64url).
struct PageSeal: Sendable {
  private let key: SymmetricKey

  init(key: Redacted<[UInt8]>) { self.key = SymmetricKey(data: key.revealed) }

  /// - Parameter list: what is listed, in parts that differ between lists.
  func sealed(_ position: String, of list: [String]) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: message(position, list), using: key)
    return Data(Array(code) + Array(position.utf8)).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// - Throws: `MetadataError.malformedPageToken` for a token of another server or list, or an altered one.
  func opened(_ token: String, of list: [String]) throws(MetadataError) -> String {
    let base64 = token.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
    guard token.utf8.count <= 4096, let data = Data(base64Encoded: base64 + padding), data.count > SHA256.byteCount else {
      throw .malformedPageToken
    }
    let position = String(decoding: data.dropFirst(SHA256.byteCount), as: UTF8.self)
    let isOurs = HMAC<SHA256>.isValidAuthenticationCode(
      data.prefix(SHA256.byteCount), authenticating: message(position, list), using: key)
    guard isOurs else { throw .malformedPageToken }
    return position
  }

  /// Each part with its length before it, so that no two lists make the same text.
  private func message(_ position: String, _ list: [String]) -> Data {
    Data((list + [position]).map { "\($0.utf8.count):\($0)" }.joined().utf8)
  }
}
