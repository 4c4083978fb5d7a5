/// Everything here that reads OpenPGP from outside, in one call for a fuzzer: it may refuse, and must not trap.
///
/// - Parameter bytes: the length of a key block in two bytes, the key block, and a message; binary or armored, the key by
///   the same rule as the message. Bytes of any other shape are read as each of the two.
package func readHostileOpenPGP(_ bytes: [UInt8]) {
  let cut = bytes.count < 2 ? 0 : Int(bytes[0]) << 8 | Int(bytes[1])
  let rest = bytes.dropFirst(2)
  for (key, message) in [(Array(rest.prefix(cut)), Array(rest.dropFirst(cut))), (bytes, bytes)] {
    let isBinary = key.first.map { $0 >= 0x80 } ?? false
    let key = isBinary ? try? OpenPGPKey(bytes: key) : try? OpenPGPKey(armored: String(decoding: key, as: UTF8.self))
    let message = try? OpenPGPMessage(parsing: message)
    guard let key, let message else { continue }
    for rule in OpenPGPKeyRule.allCases { _ = try? message.verified(by: key, at: key.createdAtSeconds, rule) }
  }
}
