/// Reads a tar archive that comes in pieces; holds one header and the pax header before it, whatever the archive's size.
///
/// Reads ustar, pax and GNU archives as container runtimes do (Go's archive/tar): members that are only a header have no
/// contents whatever their size field says, global pax headers change nothing, two zero blocks end the archive and what
/// follows is not looked at. Sparse files are refused.
package struct TarParser: Sendable {
  private enum Purpose { case skipped, wanted, pax, longName, longLink }

  /// Of one pax or GNU header, as in Go's archive/tar.
  private static let extensionLimitBytes = 1 << 20

  private let pathLimitBytes: Int
  /// Bytes taken in so far.
  private var offset: Int64 = 0
  private var block: [UInt8] = []
  private var purpose = Purpose.skipped
  private var bodyLeft: Int64 = 0
  private var paddingLeft: Int64 = 0
  private var gathered: [UInt8] = []
  private var pax = PaxRecords()
  private var longName: [UInt8]?
  private var longLink: [UInt8]?
  private var zeroBlocks = 0

  package init(pathLimitBytes: Int = LayerLimits().pathBytes) { self.pathLimitBytes = pathLimitBytes }

  /// True after the two zero blocks.
  package var hasEnded: Bool { zeroBlocks == 2 }

  /// Takes in the next bytes of the archive.
  ///
  /// - Throws: `ImageError.malformedLayer`, `.unsupported`, `.overLimit`; whatever the visitor throws.
  package mutating func feed(_ bytes: Span<UInt8>, to visitor: inout some TarVisitor) throws(ImageError) {
    var at = 0
    while at < bytes.count, !hasEnded {
      let wanted = bodyLeft > 0 ? bodyLeft : paddingLeft > 0 ? paddingLeft : Int64(TarHeader.size - block.count)
      let piece = bytes.extracting(at..<at + Int(min(wanted, Int64(bytes.count - at))))
      at += piece.count
      offset += Int64(piece.count)
      if bodyLeft > 0 {
        try body(piece, &visitor)
      } else if paddingLeft > 0 {
        paddingLeft -= Int64(piece.count)
      } else if piece.count == TarHeader.size {
        try header(piece, &visitor)
      } else {
        try partialHeader(piece, &visitor)
      }
    }
  }

  private mutating func partialHeader(_ piece: Span<UInt8>, _ visitor: inout some TarVisitor) throws(ImageError) {
    block.append(piece)
    guard block.count == TarHeader.size else { return }
    let whole = block
    block = []
    try header(whole.span, &visitor)
  }

  /// Says that no more bytes come.
  ///
  /// - Throws: `ImageError.malformedLayer` inside a header or a member. Missing zero blocks are let pass.
  package func finish() throws(ImageError) {
    guard hasEnded || (bodyLeft == 0 && block.isEmpty && purpose == .skipped) else {
      throw malformedTar("it ends inside a member")
    }
  }

  private mutating func body(_ bytes: Span<UInt8>, _ visitor: inout some TarVisitor) throws(ImageError) {
    switch purpose {
    case .skipped: break
    case .wanted: try visitor.contents(bytes)
    case .pax, .longName, .longLink: gathered.append(bytes)
    }
    bodyLeft -= Int64(bytes.count)
    if bodyLeft == 0 { try endBody(&visitor) }
  }

  private mutating func endBody(_ visitor: inout some TarVisitor) throws(ImageError) {
    defer {
      purpose = .skipped
      gathered = []
    }
    switch purpose {
    case .skipped: break
    case .wanted: try visitor.end()
    case .pax: pax = try PaxRecords(parsing: gathered)
    case .longName: longName = tarText(gathered.span)
    case .longLink: longLink = tarText(gathered.span)
    }
  }

  private mutating func header(_ bytes: Span<UInt8>, _ visitor: inout some TarVisitor) throws(ImageError) {
    guard let header = try TarHeader.parse(bytes) else {
      zeroBlocks += 1
      return
    }
    guard zeroBlocks == 0 else { throw malformedTar("a lone block of zeros stands between members") }
    switch header.type {
    case UInt8(ascii: "x"): try extended(.pax, header)
    case UInt8(ascii: "L"): try extended(.longName, header)
    case UInt8(ascii: "K"): try extended(.longLink, header)
    case UInt8(ascii: "g"): try expect(header.sizeBytes, for: .skipped, &visitor)
    default:
      let member = try member(header)
      let isWanted = try visitor.begin(member)
      try expect(member.sizeBytes, for: isWanted ? .wanted : .skipped, &visitor)
    }
  }

  private mutating func extended(_ purpose: Purpose, _ header: TarHeader) throws(ImageError) {
    guard header.sizeBytes <= Self.extensionLimitBytes else {
      throw .overLimit(what: "An extended tar header in bytes", limit: Self.extensionLimitBytes)
    }
    self.purpose = purpose
    bodyLeft = header.sizeBytes
    paddingLeft = -header.sizeBytes & 511
    if bodyLeft == 0 { self.purpose = .skipped }
  }

  private mutating func expect(
    _ sizeBytes: Int64, for purpose: Purpose, _ visitor: inout some TarVisitor
  ) throws(ImageError) {
    self.purpose = purpose
    bodyLeft = sizeBytes
    paddingLeft = -sizeBytes & 511
    if bodyLeft == 0 { try endBody(&visitor) }
  }

  private mutating func member(_ header: TarHeader) throws(ImageError) -> TarMember {
    defer {
      pax = PaxRecords()
      longName = nil
      longLink = nil
    }
    let name = longName ?? pax.path ?? header.name
    let link = longLink ?? pax.linkPath ?? header.linkName
    guard name.count <= pathLimitBytes, link.count <= pathLimitBytes else {
      throw .overLimit(what: "A path in bytes", limit: pathLimitBytes)
    }
    guard let user = UInt32(exactly: pax.userID ?? header.userID), let group = UInt32(exactly: pax.groupID ?? header.groupID)
    else {
      throw malformedTar("a member's owner is no 32-bit number")
    }
    let kind = try Self.kind(header.type, isNamedAsDirectory: name.last == UInt8(ascii: "/"), link: link)
    let hasContents = if case .other = kind { true } else { kind == .file }
    return TarMember(
      name: String(decoding: name, as: UTF8.self), kind: kind, mode: UInt16(truncatingIfNeeded: header.mode & 0o7777),
      userID: user, groupID: group, sizeBytes: hasContents ? pax.sizeBytes ?? header.sizeBytes : 0, contentsOffset: offset)
  }

  private static func kind(_ type: UInt8, isNamedAsDirectory: Bool, link: [UInt8]) throws(ImageError) -> TarMember.Kind {
    switch type {
    case 0: isNamedAsDirectory ? .directory : .file
    case UInt8(ascii: "0"), UInt8(ascii: "7"): .file
    case UInt8(ascii: "1"): .hardLink(target: String(decoding: link, as: UTF8.self))
    case UInt8(ascii: "2"): .symbolicLink(target: String(decoding: link, as: UTF8.self))
    case UInt8(ascii: "3"), UInt8(ascii: "4"): .device
    case UInt8(ascii: "5"): .directory
    case UInt8(ascii: "6"): .fifo
    case UInt8(ascii: "S"): throw .unsupported("A sparse file in a layer")
    default: .other(type)
    }
  }
}

extension Array<UInt8> {
  /// Adds bytes that are only lent.
  mutating func append(_ bytes: Span<UInt8>) {
    bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
  }
}
