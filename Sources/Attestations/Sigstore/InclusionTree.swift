import Crypto

extension SigstoreBundle.InclusionProof {
  /// The root that a tree has whose leaf at this index is `leaf`, as far as the hashes lead there; nil when their number
  /// does not fit index and size.
  ///
  /// Source: RFC 9162, section 2.1.3.2.
  func root(over leaf: [UInt8]) -> [UInt8]? {
    guard leafIndex >= 0, leafIndex < treeSize else { return nil }
    var node = leafIndex
    var last = treeSize - 1
    var root = Array(SHA256.hash(data: [0] + leaf))
    for hash in hashes {
      guard last > 0 else { return nil }
      if node & 1 == 1 || node == last {
        root = Array(SHA256.hash(data: [1] + hash + root))
        while node & 1 == 0, node > 0 {
          node >>= 1
          last >>= 1
        }
      } else {
        root = Array(SHA256.hash(data: [1] + root + hash))
      }
      node >>= 1
      last >>= 1
    }
    return last == 0 ? root : nil
  }
}
