/// Whether `bytes` are the one DER form of two positive integers of at most `bits` bits, and nothing after them.
///
/// A second form of the same signature would defeat everything that compares signatures: long-form lengths, superfluous
/// leading zeros, negative or zero numbers and trailing bytes are refused. That both are below the group's order is the
/// library's to check.
///
/// Source: X.690 sections 8.3.2, 10.1; RFC 3279 section 2.2.3.
func isStrictECDSA(_ bytes: [UInt8], bits: Int) -> Bool {
  let longest = bits / 8 + 1
  guard bytes.count >= 8, bytes.count <= 2 * (longest + 2) + 3, bytes[0] == 0x30 else { return false }
  // Two numbers of P-521 may need more than 127 bytes, and then one length byte more.
  var at = 2
  var length = Int(bytes[1])
  if length == 0x81 {
    length = Int(bytes[2])
    guard length >= 0x80 else { return false }
    at = 3
  }
  guard length == bytes.count - at else { return false }
  for _ in 0..<2 {
    guard at + 2 < bytes.count, bytes[at] == 0x02 else { return false }
    let count = Int(bytes[at + 1])
    at += 2
    guard (1...longest).contains(count), at + count <= bytes.count else { return false }
    let isPositive = bytes[at] < 0x80 && bytes[at..<at + count].contains { $0 != 0 }
    let isShortest = count == 1 || bytes[at] != 0 || bytes[at + 1] >= 0x80
    guard isPositive, isShortest else { return false }
    at += count
  }
  return at == bytes.count
}
