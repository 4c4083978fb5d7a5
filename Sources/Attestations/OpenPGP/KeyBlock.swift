/// A primary key with all that is said of it, as it stands in a key block: components, each with its signatures.
///
/// Only signatures that the primary key made itself count. They are checked while they are asked for.
///
/// Source: RFC 4880 section 11.1.
struct KeyBlock {
  /// A key, user id or picture, and the signatures behind it.
  private struct Component {
    let kind: Packet.Kind
    let body: ArraySlice<UInt8>
    var signatures: [ArraySlice<UInt8>] = []
  }

  /// What the primary key says through one of its signatures.
  private enum Finding {
    case good(SignaturePacket)
    case bad
    /// By somebody else, over a weak digest or of a form that is not read.
    case unknown
  }

  let primary: PublicKeyPacket
  private let components: [Component]
  /// Signatures that may still be checked in this block, so that no block costs more than its reader allows.
  private var checksLeft = 128

  /// - Throws: for anything but the packets of one public key, and for a primary key that cannot sign.
  init(_ bytes: ArraySlice<UInt8>) throws(OpenPGPRefusal) {
    var reader = PacketReader(bytes)
    var components: [Component] = []
    for packet in try reader.packets(atMost: 4096) {
      switch packet.kind {
      case .signature where !components.isEmpty: components[components.count - 1].signatures.append(packet.body)
      case .publicKey where components.isEmpty: components.append(Component(kind: packet.kind, body: packet.body))
      case .userID, .userAttribute, .publicSubkey:
        guard !components.isEmpty else { throw .malformed("it does not begin with a public key") }
        components.append(Component(kind: packet.kind, body: packet.body))
      case .publicKey: throw .malformed("it holds more than one primary key")
      case .secretKey, .secretSubkey: throw .malformed("it holds a secret key")
      default: throw .malformed("it holds packets that do not belong into a key")
      }
    }
    guard let first = components.first else { throw .malformed("it is empty") }
    primary = try PublicKeyPacket(first.body)
    guard primary.material != nil else { throw .unsupported("a primary key that signs by no algorithm known here") }
    self.components = components
  }

  /// The reason in the key's own revocation; nil when there is none. One that cannot be checked counts too: whoever put it
  /// into the block meant it.
  mutating func revocationReason() throws(OpenPGPRefusal) -> String? {
    try revocation(.keyRevocation, in: components[0], over: [primary.hashed]).map { signature in
      switch signature?.statements.revocationReason {
      case 1: "it is superseded"
      case 2: "it has been compromised"
      case 3: "it is retired"
      default: "without a reason"
      }
    }
  }

  /// The newest that is said of the primary key directly, then by its user ids, newest first. A user id that was revoked
  /// says nothing.
  mutating func statementsOfPrimary() throws(OpenPGPRefusal) -> [SignatureStatements] {
    var byUserID: [SignatureStatements] = []
    for component in components where component.kind == .userID {
      let parts = [primary.hashed, Self.hashed(userID: component.body)]
      guard try revocation(.certificationRevocation, in: component, over: parts) == nil else { continue }
      if let newest = try newest(SignaturePacket.Kind.certifications, in: component, over: parts) {
        byUserID.append(newest.statements)
      }
    }
    byUserID.sort { $0.createdAtSeconds > $1.createdAtSeconds }
    let direct = try newest([.directKey], in: components[0], over: [primary.hashed])
    return (direct.map { [$0.statements] } ?? []) + byUserID
  }

  /// The subkeys that may sign, with what binds them. To be one's subkey takes both signatures: the primary key's over the
  /// subkey and, so that nobody adorns himself with another's key, the subkey's over the primary key.
  mutating func signingSubkeys() throws(OpenPGPRefusal) -> [(key: PublicKeyPacket, statements: SignatureStatements)] {
    var subkeys: [(key: PublicKeyPacket, statements: SignatureStatements)] = []
    for component in components where component.kind == .publicSubkey {
      let subkey = try PublicKeyPacket(component.body)
      let parts = [primary.hashed, subkey.hashed]
      guard subkey.material != nil, try revocation(.subkeyRevocation, in: component, over: parts) == nil,
        let binding = try newest([.subkeyBinding], in: component, over: parts), binding.statements.maySign == true
      else { continue }
      for embedded in binding.statements.embedded.prefix(2) {
        guard let back = try? SignaturePacket(embedded), back.kind == .primaryKeyBinding else { continue }
        try spendCheck()
        guard (try? back.check(over: parts, by: subkey)) != nil else { continue }
        subkeys.append((subkey, binding.statements))
        break
      }
    }
    return subkeys
  }

  /// The names in it, for people: they prove nothing.
  var userIDs: [String] { components.filter { $0.kind == .userID }.map { String(decoding: $0.body, as: UTF8.self) } }

  /// Source: RFC 4880 section 5.2.4.
  private static func hashed(userID: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let count = UInt32(truncatingIfNeeded: userID.count)
    return [0xb4] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } + userID
  }

  private mutating func newest(
    _ kinds: Set<SignaturePacket.Kind>, in component: Component, over parts: [ArraySlice<UInt8>]
  ) throws(OpenPGPRefusal) -> SignaturePacket? {
    var newest: SignaturePacket?
    for body in component.signatures {
      guard let kind = SignaturePacket.kind(of: body), kinds.contains(kind),
        case .good(let signature) = try finding(body, over: parts),
        signature.statements.createdAtSeconds >= newest?.statements.createdAtSeconds ?? primary.createdAtSeconds
      else { continue }
      newest = signature
    }
    return newest
  }

  /// Nil without a revocation; inside, nil for one that cannot be checked.
  private mutating func revocation(
    _ kind: SignaturePacket.Kind, in component: Component, over parts: [ArraySlice<UInt8>]
  ) throws(OpenPGPRefusal) -> SignaturePacket?? {
    for body in component.signatures where SignaturePacket.kind(of: body) == kind {
      switch try finding(body, over: parts) {
      case .good(let signature): return .some(signature)
      // Others revoke what they themselves said of a user id.
      case .unknown where kind != .certificationRevocation: return .some(nil)
      case .unknown, .bad: continue
      }
    }
    return nil
  }

  private mutating func finding(
    _ body: ArraySlice<UInt8>, over parts: [ArraySlice<UInt8>]
  ) throws(OpenPGPRefusal) -> Finding {
    guard let signature = try? SignaturePacket(body), signature.mayBe(by: primary) else { return .unknown }
    try spendCheck()
    do throws(OpenPGPRefusal) {
      try signature.check(over: parts, by: primary)
      return .good(signature)
    } catch {
      return error == .badSignature ? .bad : .unknown
    }
  }

  private mutating func spendCheck() throws(OpenPGPRefusal) {
    guard checksLeft > 0 else { throw .malformed("it holds more than 128 signatures of its own") }
    checksLeft -= 1
  }
}
