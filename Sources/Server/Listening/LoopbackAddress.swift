/// Where the demo profile listens: a port of this machine that no other machine reaches.
package struct LoopbackAddress: Hashable, Sendable, CustomStringConvertible {
  package let host: String
  package let port: Int

  /// Reads `127.0.0.1:PORT` or `[::1]:PORT`; port 0 lets the system choose.
  ///
  /// - Returns: nil for anything else, names included: a name could come to mean another machine.
  package init?(parsing text: String) {
    for (written, host) in [("127.0.0.1:", "127.0.0.1"), ("[::1]:", "::1")] where text.hasPrefix(written) {
      let digits = text.dropFirst(written.count)
      guard digits.utf8.count <= 5, digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(digits), port <= 65535
      else { return nil }
      self.host = host
      self.port = port
      return
    }
    return nil
  }

  package var description: String { host == "::1" ? "[::1]:\(port)" : "\(host):\(port)" }
}
