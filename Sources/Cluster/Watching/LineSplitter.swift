/// Cuts what a watch sends into lines, none longer than a ceiling.
struct LineSplitter {
  let limitBytes: Int
  private var rest: [UInt8] = []

  init(limitBytes: Int) { self.limitBytes = limitBytes }

  /// The lines that `bytes` complete, empty ones left out.
  mutating func take(_ bytes: some Sequence<UInt8>) throws(ClusterError) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        if !rest.isEmpty { lines.append(rest) }
        rest = []
      } else {
        guard rest.count < limitBytes else { throw .tooLarge(limitBytes: limitBytes) }
        rest.append(byte)
      }
    }
    return lines
  }
}
