/// What a pax extended header says of the member after it.
///
/// Source: POSIX.1-2017 pax, "pax Extended Header": records `length key=value\n`; an empty value changes nothing, as in
/// the archive reader of the container runtimes (Go's archive/tar).
struct PaxRecords {
  var path: [UInt8]?
  var linkPath: [UInt8]?
  var sizeBytes: Int64?
  var userID: Int64?
  var groupID: Int64?

  init() {}

  /// - Throws: `ImageError.malformedLayer` for a broken record, a path with a zero byte or a number that is negative or
  ///   none; `.unsupported` for a sparse file.
  init(parsing bytes: [UInt8]) throws(ImageError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let record = try Self.record(&rest)
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")), equals > record.startIndex else {
        throw malformedTar("a pax record has no key")
      }
      try apply(String(decoding: record[..<equals], as: UTF8.self), record[(equals + 1)...])
    }
  }

  /// Cuts `length key=value\n` off and answers the part between.
  private static func record(_ rest: inout ArraySlice<UInt8>) throws(ImageError) -> ArraySlice<UInt8> {
    var length = 0
    var at = rest.startIndex
    while at < rest.endIndex, (48...57).contains(rest[at]), length < 1 << 30 {
      length = length * 10 + Int(rest[at] - 48)
      at += 1
    }
    let digits = at - rest.startIndex
    guard digits > 0, at < rest.endIndex, rest[at] == UInt8(ascii: " "), length > digits + 1, length <= rest.count else {
      throw malformedTar("the length of a pax record is wrong")
    }
    let end = rest.startIndex + length
    guard rest[end - 1] == UInt8(ascii: "\n") else { throw malformedTar("a pax record does not end with its line") }
    defer { rest = rest[end...] }
    return rest[(at + 1)..<(end - 1)]
  }

  private mutating func apply(_ key: String, _ value: ArraySlice<UInt8>) throws(ImageError) {
    guard !key.hasPrefix("GNU.sparse.") else { throw .unsupported("A sparse file in a layer") }
    guard !value.isEmpty else { return }
    switch key {
    case "path": path = try Self.text(value)
    case "linkpath": linkPath = try Self.text(value)
    case "size": sizeBytes = try Self.number(value)
    case "uid": userID = try Self.number(value)
    case "gid": groupID = try Self.number(value)
    default: break
    }
  }

  private static func text(_ value: ArraySlice<UInt8>) throws(ImageError) -> [UInt8] {
    guard !value.contains(0) else { throw malformedTar("a pax path holds a zero byte") }
    return Array(value)
  }

  private static func number(_ value: ArraySlice<UInt8>) throws(ImageError) -> Int64 {
    guard value.allSatisfy({ (48...57).contains($0) }), let number = Int64(String(decoding: value, as: UTF8.self)) else {
      throw malformedTar("a pax number is no whole number from 0 up")
    }
    return number
  }
}
