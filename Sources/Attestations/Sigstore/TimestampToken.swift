import Images
import SwiftASN1

/// A signed statement that something existed at a time: a CMS SignedData with one signer over a TSTInfo.
///
/// Read in DER alone. Digests are SHA-256, SHA-384 or SHA-512; signatures are ECDSA, RSA PKCS #1 v1.5 or Ed25519.
///
/// Source: RFC 3161, section 2.4.2; RFC 5652, sections 5.1 to 5.4; RFC 5816.
struct TimestampToken {
  /// How the token names the certificate of its signer.
  enum SignerName {
    case issuer(name: [UInt8], serialNumber: [UInt8])
    case keyIdentifier([UInt8])
  }

  /// In bytes; a token with its certificates takes 6 KiB.
  private static let maximumBytes = 1 << 16
  private static let signedData: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 7, 2]
  private static let timestampInfo: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 1, 4]

  let imprintHash: SigstoreKey.Hash
  let imprint: [UInt8]
  /// Seconds since 1970 UTC; fractions are dropped.
  let timeSeconds: Int64
  /// Those that the token carries; what cannot be read is left out.
  let certificates: [X509Certificate]
  let signer: SignerName
  let digest: SigstoreKey.Hash
  /// What the signature is over: the attributes as a SET.
  let signedAttributes: [UInt8]
  let signature: [UInt8]
  /// Hash of the signer's certificate by RFC 5816, nil when the token does not say.
  let certificateHash: (SigstoreKey.Hash, [UInt8])?

  /// Reads a response or the token alone. That the attributes speak of the statement is checked here; the signature is not.
  init(_ der: [UInt8]) throws(SigstoreRefusal) {
    guard der.count <= Self.maximumBytes else { throw .overLimit(what: "bytes in a timestamp", limit: Self.maximumBytes) }
    guard let outer = derNode(der)?.children(of: .sequence), let content = Self.signedDataFields(outer) else {
      throw .badTimestamp("it is no timestamp response")
    }
    guard let statement = Self.statement(content), let info = derNode(statement)?.children(of: .sequence), info.count >= 5,
      info[0].primitive(of: .integer) == [1], let imprint = info[2].children(of: .sequence), imprint.count == 2,
      let imprintHash = Self.hash(imprint[0]), let imprinted = imprint[1].primitive(of: .octetString),
      let time = info[4].primitive(of: .generalizedTime), let seconds = Self.seconds(time)
    else { throw .badTimestamp("its statement is malformed, or its digest is weak") }
    self.imprintHash = imprintHash
    self.imprint = imprinted
    timeSeconds = seconds
    let carried = content.dropFirst(3).first { $0.isTagged(0) }?.children ?? []
    guard carried.count <= SigstoreBundle.Limits.certificates else {
      throw .overLimit(what: "certificates in a timestamp", limit: SigstoreBundle.Limits.certificates)
    }
    certificates = carried.compactMap { X509Certificate(der: Array($0.encodedBytes)) }
    guard let signers = content.last?.children(of: .set), signers.count == 1, let fields = signers[0].children(of: .sequence),
      fields.count >= 6, let name = Self.signerName(fields[1]), let digest = Self.hash(fields[2]), fields[3].isTagged(0),
      Self.agrees(fields[4], with: digest), let signature = fields[5].primitive(of: .octetString)
    else { throw .badTimestamp("it has not one signer in a known form") }
    signer = name
    self.digest = digest
    self.signature = signature
    let attributes = fields[3].children
    // The tag is another while it is sent, the rest of the bytes is the same.
    signedAttributes = [0x31] + fields[3].encodedBytes.dropFirst()
    guard Self.value(of: [1, 2, 840, 113549, 1, 9, 3], in: attributes)?.objectIdentifier == Self.timestampInfo,
      Self.value(of: [1, 2, 840, 113549, 1, 9, 4], in: attributes)?.primitive(of: .octetString) == digest.digest(statement)
    else { throw .badTimestamp("its attributes are not about its statement") }
    certificateHash = try Self.certificateHash(attributes)
  }

  /// Whether `certificate` is the one that the token names as its signer.
  func names(_ certificate: X509Certificate) -> Bool {
    if let (hash, bytes) = certificateHash, hash.digest(certificate.der) != bytes { return false }
    switch signer {
    case .issuer(let name, let serialNumber):
      return certificate.issuer == name && certificate.serialNumber == serialNumber
    case .keyIdentifier(let identifier):
      return certificate.content(of: [2, 5, 29, 14]).flatMap(derNode)?.primitive(of: .octetString) == identifier
    }
  }

  // MARK: Parts

  /// The fields of the SignedData in a response, or in a token that stands alone.
  private static func signedDataFields(_ outer: [ASN1Node]) -> [ASN1Node]? {
    var token = outer
    if outer.count == 2, let status = outer[0].children(of: .sequence) {
      guard let granted = status.first?.primitive(of: .integer), granted == [0] || granted == [1],
        let inner = outer[1].children(of: .sequence)
      else { return nil }
      token = inner
    }
    guard token.count == 2, token[0].objectIdentifier == signedData, token[1].isTagged(0), token[1].children.count == 1,
      let fields = token[1].children[0].children(of: .sequence), fields.count >= 4
    else { return nil }
    return fields
  }

  private static func statement(_ fields: [ASN1Node]) -> [UInt8]? {
    guard let wrapped = fields[2].children(of: .sequence), wrapped.count == 2, wrapped[0].objectIdentifier == timestampInfo,
      wrapped[1].isTagged(0), wrapped[1].children.count == 1
    else { return nil }
    return wrapped[1].children[0].primitive(of: .octetString)
  }

  private static func signerName(_ node: ASN1Node) -> SignerName? {
    if node.isTagged(0) { return node.primitive.map(SignerName.keyIdentifier) }
    guard let parts = node.children(of: .sequence), parts.count == 2, let serial = parts[1].primitive(of: .integer) else {
      return nil
    }
    return .issuer(name: Array(parts[0].encodedBytes), serialNumber: serial)
  }

  private static func hash(_ algorithm: ASN1Node) -> SigstoreKey.Hash? {
    switch algorithm.children(of: .sequence)?.first?.objectIdentifier {
    case .some([2, 16, 840, 1, 101, 3, 4, 2, 1]): .sha256
    case .some([2, 16, 840, 1, 101, 3, 4, 2, 2]): .sha384
    case .some([2, 16, 840, 1, 101, 3, 4, 2, 3]): .sha512
    default: nil
    }
  }

  /// Whether the algorithm of the signature is one that is known, by the digest that the signer names.
  private static func agrees(_ algorithm: ASN1Node, with digest: SigstoreKey.Hash) -> Bool {
    switch algorithm.children(of: .sequence)?.first?.objectIdentifier {
    case .some([1, 2, 840, 10045, 4, 3, 2]), .some([1, 2, 840, 113549, 1, 1, 11]): digest == .sha256
    case .some([1, 2, 840, 10045, 4, 3, 3]), .some([1, 2, 840, 113549, 1, 1, 12]): digest == .sha384
    case .some([1, 2, 840, 10045, 4, 3, 4]), .some([1, 2, 840, 113549, 1, 1, 13]): digest == .sha512
    case .some([1, 2, 840, 113549, 1, 1, 1]), .some([1, 3, 101, 112]): true
    default: false
    }
  }

  /// The one value of the one attribute with that name.
  private static func value(of name: ASN1ObjectIdentifier, in attributes: [ASN1Node]) -> ASN1Node? {
    let found = attributes.filter { $0.children.first?.objectIdentifier == name }
    guard found.count == 1, found[0].children.count == 2, let values = found[0].children[1].children(of: .set), values.count == 1
    else { return nil }
    return values[0]
  }

  private static func certificateHash(_ attributes: [ASN1Node]) throws(SigstoreRefusal) -> (SigstoreKey.Hash, [UInt8])? {
    let name: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 2, 47]
    guard attributes.contains(where: { $0.children.first?.objectIdentifier == name }) else { return nil }
    guard let first = value(of: name, in: attributes)?.children.first?.children.first?.children(of: .sequence),
      let start = first.first
    else { throw .badTimestamp("it names its certificate in an unknown form") }
    if let bytes = start.primitive(of: .octetString) { return (.sha256, bytes) }
    guard first.count >= 2, let hash = hash(start), let bytes = first[1].primitive(of: .octetString) else {
      throw .badTimestamp("it names its certificate in an unknown form")
    }
    return (hash, bytes)
  }

  /// `20260504120000Z`, with or without a fraction.
  private static func seconds(_ time: [UInt8]) -> Int64? {
    guard time.count >= 15, time.prefix(14).allSatisfy({ (48...57).contains($0) }) else { return nil }
    var text: [UInt8] = []
    for (index, digit) in time.enumerated() {
      switch index {
      case 4, 6: text.append(UInt8(ascii: "-"))
      case 8: text.append(UInt8(ascii: "T"))
      case 10, 12: text.append(UInt8(ascii: ":"))
      default: break
      }
      text.append(digit)
    }
    guard text.last == UInt8(ascii: "Z") else { return nil }
    return secondsSince1970(rfc3339: String(decoding: text, as: UTF8.self))
  }
}
