/// An IP address as its bytes: 4 or 16 of them.
package struct Address: Hashable, Sendable, CustomStringConvertible {
  package let bytes: [UInt8]

  /// nil unless `bytes` are 4 or 16.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  package var description: String {
    guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2).map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
      .joined(separator: ":")
  }

  package var isLoopback: Bool { version4.map { $0[0] == 127 } ?? (bytes == Array(repeating: 0, count: 15) + [1]) }

  /// True for what no registry, token server or blob store may be at: this host, link-local, multicast, unspecified,
  /// and the metadata servers of clouds. Private networks are let through; registries live there.
  ///
  /// Source: RFC 6890; metadata addresses of AWS, Google, Alibaba, Oracle and Azure.
  package var isForbidden: Bool {
    guard let four = version4 else {
      let awsMetadata: [UInt8] = [0xFD, 0, 0x0E, 0xC2]
      let googleMetadata: [UInt8] = [0xFD, 0x20, 0, 0xCE]
      return isLoopback || bytes.allSatisfy { $0 == 0 } || (bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80)
        || bytes[0] == 0xFF || bytes.starts(with: awsMetadata) || bytes.starts(with: googleMetadata)
    }
    let metadata: [[UInt8]] = [[100, 100, 100, 200], [192, 0, 0, 192], [168, 63, 129, 16]]
    return four[0] == 0 || four[0] == 127 || (four[0] == 169 && four[1] == 254) || four[0] >= 224 || metadata.contains(four)
  }

  /// The IPv4 address that this is, or that it carries: mapped, compatible, translated, NAT64 or 6to4.
  ///
  /// Source: RFC 4291 2.5.5, RFC 2765, RFC 6052, RFC 8215, RFC 3056.
  private var version4: [UInt8]? {
    if bytes.count == 4 { return bytes }
    let zeros = [UInt8](repeating: 0, count: 10)
    let nat64: [UInt8] = [0, 0x64, 0xFF, 0x9B] + [UInt8](repeating: 0, count: 8)
    let prefixes = [zeros + [0xFF, 0xFF], Array(zeros.prefix(8)) + [0xFF, 0xFF, 0, 0], nat64, [0, 0x64, 0xFF, 0x9B, 0, 1]]
    if prefixes.contains(where: bytes.starts) { return Array(bytes[12...]) }
    if bytes.starts(with: zeros + [0, 0]), bytes[12] != 0 { return Array(bytes[12...]) }
    return bytes[0] == 0x20 && bytes[1] == 0x02 ? Array(bytes[2..<6]) : nil
  }
}
