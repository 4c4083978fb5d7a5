import Images
import Policies
import Testing

@Suite("An expression that is refused")
struct ExpressionFaultTests {
  static let faults: [(String, String)] = [
    ("", "too early"), ("1 +", "too early"), ("(1", "wanted"), ("1)", "follows"), ("1 2", "follows"), ("'a", "does not end"),
    ("'a\nb'", "does not end"),
    ("'''a", "does not end"), ("'\\q'", "escape"), ("'\\x4'", "escape"), ("'\\ud800'", "no character"), ("b'\\u0041'", "escape"),
    ("'a\\", "does not end"),
    ("0x", "malformed"), ("1.5u", "malformed"), ("1a", "letter"), ("9223372036854775808", "too large"),
    ("18446744073709551616u", "too large"), ("1e999", "too large"),
    ("#", "begins nothing"), ("a = 1", "begins nothing"), ("x.", "name"), ("x.true", "name"), ("in", "reserved"),
    ("if", "reserved"), ("while == 1", "reserved"), ("[1", "wanted"), ("{1}", "wanted"),
    ("{1: 2", "wanted"), ("x ? 1", "wanted"), ("nope", "not declared"), ("variables.a", "no variable"),
    ("'a' + 1", "no overload"), ("1 + 1u", "no overload"),
    ("1.0 % 2.0", "no overload"), ("-'a'", "no overload"), ("-1u", "no overload"), ("!1", "no overload"),
    ("1 && true", "no overload"), ("1 == 'a'", "no overload"),
    ("null == 1", "no overload"), ("'a' < 1", "no overload"), ("[1] < [2]", "no overload"), ("1 in 'a'", "no overload"),
    ("true ? 1 : 'a'", "no overload"),
    ("'a'.b", "no overload"), ("1[0]", "no overload"), ("[1]['a']", "no overload"), ("{1.5: 1}", "no overload"),
    ("'a'.size(1)", "no overload"), ("size()", "no overload"),
    ("'a'.nope()", "no function"), ("startsWith('a')", "no function"), ("has(x)", "a field"), ("has(x.a, x.b)", "one field"),
    ("[1].all(x)", "takes a name"),
    ("[1].all(1, true)", "plain name"), ("[1].all(x, 1)", "no overload"), ("'a'.all(x, true)", "no overload"),
    ("'a'.matches(1)", "not a text"), ("x.`", "does not end"),
    ("'a'.startsWith(1)", "no overload"), ("timestamp(true)", "no overload"), ("x.y.z[", "too early"), ("type", ""),
  ]

  @Test("says what is malformed and where", arguments: faults.dropLast())
  func malformed(_ text: String, _ message: String) {
    let fault = #expect(throws: ExpressionFault.self, "\(text)") { try SampleBindings.value(of: text) }
    #expect(fault?.reason.contains(message) == true, "\(text): \(fault?.reason ?? "")")
    #expect((0...text.utf8.count).contains(fault?.offset ?? -1), "\(text)")
  }

  static let others = [
    "authorizer.path('/').check('get').allowed()", "params.x == 1", "'%s'.format([1])",
    "quantity('1Gi').isGreaterThan(quantity('1Mi'))", "url('a').getHost() == 'a'",
    "'a'.find('b') == ''", "'a'.findAll('b') == []", "x.matches(x)", "'a'.matches('(?i)a')", "'a'.matches('\\\\bA')",
    "'a'.matches('^a|b$')", "'a'.matches('a)(')",
    "cel.bind(a, 1, a)", "[1].all(i, v, v > 0)", "optional.ofNonZeroValue(1).hasValue()", "object.?a.optMap(v, v).hasValue()",
    "[?x]", "{?'a': x}", "x{a: 1}",
    "math.greatest(1, 2) == 2", "ip('1.2.3.4').family() == 4", "cidr('10.0.0.0/8').containsIP('10.1.1.1')",
    "semver('1.0.0').major() == 1",
  ]

  @Test("says by name what of CEL is not read", arguments: others)
  func unsupported(_ text: String) {
    let fault = #expect(throws: ExpressionFault.self, "\(text)") { try SampleBindings.value(of: text) }
    #expect(fault?.kind == .unsupported, "\(text): \(fault?.description ?? "")")
    #expect(fault?.remedy.isEmpty == false)
  }

  @Test("is one that nests too deep, is too long or could take too long")
  func costly() {
    let deep = [
      String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000),
      String(repeating: "!", count: 5000) + "true",
      String(repeating: "-x", count: 5000), "x" + String(repeating: ".a", count: 5000),
      "x" + String(repeating: "[0]", count: 4000),
      String(repeating: "[", count: 5000), "1" + String(repeating: " + 1", count: 3000),
      String(repeating: "true ? 1 : ", count: 1000) + "1",
      String(repeating: "(", count: 60) + "x" + String(repeating: ".a.a.a.a.a.a.a)", count: 60),
      String(repeating: "a", count: 20_000),
      "object.a.all(a, object.a.all(b, object.a.all(c, object.a.all(d, a == b && c == d))))",
    ]
    for text in deep {
      let fault = #expect(throws: ExpressionFault.self) { try SampleBindings.value(of: text) }
      #expect(fault?.kind == .costly, "\(text.prefix(40)): \(fault?.description ?? "")")
    }
  }

  @Test("is not one only for being long")
  func wide() throws {
    let chain = Array(repeating: "x == 7", count: 1000).joined(separator: " && ")
    _ = try SampleBindings.value(of: chain)
    _ = try SampleBindings.value(of: "[" + Array(repeating: "1", count: 2000).joined(separator: ",") + "].all(e, e == 1)")
  }

  @Test("stops nothing else, whatever is written")
  func madeUp() {
    var state: UInt64 = 88_172_645_463_325_252
    func roll(_ count: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(count))
    }
    let seeds = ExpressionTests.truths + ExpressionTests.errors.map(\.0) + Self.faults.map(\.0)
    let pieces = [
      "-9223372036854775808", "(", "[", "{", ".", "?", "'", "\\", "-", " in ", "object", "y", ".map(e, e)", "dyn(", "\u{1F600}",
    ]
    for _ in 0..<5000 {
      var text = Array(seeds[roll(seeds.count)].utf8)
      for _ in 0...roll(3) {
        let at = roll(text.count + 1)
        switch roll(3) {
        case 0: text.insert(contentsOf: Array(pieces[roll(pieces.count)].utf8), at: at)
        case 1: if at < text.count { text[at] = UInt8(roll(256)) }
        default: text.insert(contentsOf: Array(seeds[roll(seeds.count)].utf8).dropFirst(roll(20)), at: at)
        }
      }
      _ = try? SampleBindings.value(of: String(decoding: text, as: UTF8.self), steps: 20_000)
    }
  }
}
