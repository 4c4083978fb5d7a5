extension Attestor {
  /// The next moment at which one of its keys comes into force, ends or is revoked: until then the same attestations have
  /// the same verdict. Seconds since 1970 UTC; nil when there is none to come.
  package func nextTurn(after nowSeconds: Int64) -> Int64? {
    keys.flatMap { key -> [Int64] in
      var turns = [key.notBeforeSeconds, key.notAfterSeconds.map { $0 &+ 1 }, key.revocation?.atSeconds]
      if case .compromise(let since) = key.revocation?.reason { turns.append(since) }
      return turns.compactMap(\.self).filter { $0 > nowSeconds }
    }.min()
  }
}
