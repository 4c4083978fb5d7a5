import Images
import Policies
import Testing

@Suite("An expression")
struct ExpressionTests {
  /// Each comes to true. After cel-spec's tests/simple and the tables of its langdef.md.
  static let truths = [
    // Literals.
    "1 == 0x1", "0xFFu == 255u", "-9223372036854775808 < 0", "1.5e3 == 1500.0", ".5 == 0.5", "1e2 == 100.0",
    "'a' == \"a\"", "'''a'b\n''' == \"a'b\\n\"", "r'\\n' == '\\\\n'", "r\"\\\" == '\\\\'",
    "'\\x41\\101\\u0041\\U00000041' == 'AAAA'",
    "'\\a\\b\\f\\n\\r\\t\\v\\?\\`'.size() == 9", "b'\\u00FF' == b'x' || true".replacing("\\u00FF", with: "\\xff"),
    "b'ÿ' == b'\\303\\277'", "br'\\x' == b'\\\\x'", "size(b'ÿ') == 2", "size('ÿ') == 1", "'😀'.size() == 1",
    "[1, 2, ].size() == 2", "{'a': 1, }.size() == 1", "[] == []", "{} == {}", "true // a comment", "null == null",
    // Equality and order, over types.
    "1 == 1.0", "1u == 1", "[1] == [1.0]", "{'k': 1} == {'k': 1u}", "{1: 'a'}[1u] == 'a'", "{1: 'a'}[1.0] == 'a'",
    "1 < 1.5", "2u > 1", "-1 < 0u", "9007199254740993 > 9007199254740992.0", "9223372036854775807 < 9223372036854775808.0",
    "18446744073709551615u > 9223372036854775807", "!(0.0 < -0.0)", "0.0 == -0.0", "!(double('NaN') == double('NaN'))",
    "double('NaN') != 1.0", "!(double('NaN') < 1.0)", "!(1 >= double('NaN'))", "'a' < 'b'", "'Abc' < 'aBC'", "'a' < 'á'",
    "!('a' < 'AB')", "b'a' < b'b'", "!(b'á' < b'b')", "false < true", "dyn(1) != dyn('1')", "dyn(null) != dyn(0)",
    "'e\\u0301' != '\\u00e9'", "[1, 2] != [2, 1]", "{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "dyn([1]) != dyn({1: 1})",
    // Arithmetic.
    "1 + 2 * 3 == 7", "(1 + 2) * 3 == 9", "7 / 2 == 3", "-7 / 2 == -3", "-7 % 4 == -3", "7u % 4u == 3u", "1 - 2 == -1",
    "1-2 == -1",
    "10 - 3 - 2 == 5", "- -1 == 1", "--1 == 1", "1.0 / 0.0 > 1e308", "'a' + 'b' == 'ab'", "b'a' + b'b' == b'ab'",
    "[1] + ['a'] == [1, 'a']",
    // Logic, whatever else fails.
    "true || 1 / 0 == 1", "1 / 0 == 1 || true", "!(false && 1 / 0 == 1)", "!(1 / 0 == 1 && false)", "dyn('x') || true",
    "!(dyn(1) && false)", "true ? true : 1 / 0 == 1", "!!true", "!false", "1 < 2 && 2 < 3 || false",
    "false ? false : true ? true : false",
    // Membership and access.
    "2 in [1, 2]", "!(3 in [1, 2])", "1 in [1.0]", "'k' in {'k': 1}", "!(1 in {'k': 1})", "dyn(null) in [null]",
    "[1, 2][1] == 2", "[1, 2][1u] == 2", "[1, 2][1.0] == 2", "{'a': {'b': 1}}.a.b == 1", "{'a': 1}['a'] == 1",
    "{true: 1}[true] == 1",
    "has({'a': 1}.a)", "!has({'a': 1}.b)", "has(object.metadata.labels)", "!has(object.spec.nodeName)",
    "object.metadata.labels['a.b/c'] == 'd'", "object.metadata.labels.`a.b/c` == 'd'",
    "object.metadata.labels.a__dot__b__slash__c == 'd'",
    "object.metadata.labels.namespace == 'n'", "object.metadata.labels.__namespace__ == 'n'", "has(object.metadata.annotations)",
    "object.metadata.annotations == null", "object.spec.replicas == 3", "type(object.spec.replicas) == int",
    "object.spec.ratio == 0.5",
    "type(object.spec.big) == double", "object.spec.containers[0].ports == [80, 443]", "'app' in object.metadata.labels",
    "size(object.spec.containers) == 2", "x == 7", "object.spec.containers.map(c, c.name) == ['web', 'log']",
    // Macros.
    "[1, 2, 3].all(e, e > 0)", "![1, 2, 3].all(e, e == 2)", "[].all(e, e > 0)", "![1, 2, 3].all(e, 6 / (2 - e) == 6)",
    "![1, 'foo', 3].all(e, e == 1)", "[1, 2].exists(e, e == 2)", "![].exists(e, e == 2)", "[0, 1].exists(e, 1 / e == 1)",
    "{'a': 1, 'b': 2}.exists(k, k == 'b')", "{'key': 1, 1: 21}.exists(k, k != 2)", "[7].exists_one(a, a == 7)",
    "![7, 7].exists_one(a, a == 7)",
    "![].exists_one(a, a == 7)", "{6: 'six', 7: 'seven'}.exists_one(k, k % 5 == 2)", "[2, 4].map(n, n / 2) == [1, 2]",
    "[1, 2, 3].map(n, n > 1, n * n) == [4, 9]", "{1: 1, 2: 4}.map(k, k * k) == [1, 4]",
    "[0, 1, 2, 3].filter(n, n % 2 == 1) == [1, 3]",
    "[[1, 2], [3]].all(l, l.exists(e, e < 4))", "[1].all(x, x == 1) && x == 7", "[1, 2].all(a, [3].all(b, a < b))",
    // Functions on texts.
    "'tacocat'.contains('coc')", "''.contains('')", "!'abc'.contains('d')", "'abc'.startsWith('ab')", "'abc'.endsWith('bc')",
    "!'a'.endsWith('ba')",
    "'TacoCÆt'.lowerAscii() == 'tacocÆt'", "'tacoCαt'.upperAscii() == 'TACOCαT'",
    "' \\f\\n\\r\\t\\vtext\\u2000\\u0085 '.trim() == 'text'",
    "'\\u180etext\\u200b'.trim() == '\\u180etext\\u200b'", "'   '.trim() == ''", "'a b c'.split(' ') == ['a', 'b', 'c']",
    "'a b c'.split(' ', 2) == ['a', 'b c']", "'a b'.split(' ', 0) == []", "'o©o'.split('©', -1) == ['o', 'o']",
    "'abc'.split('') == ['a', 'b', 'c']",
    "''.split(',') == ['']", "['x', 'y'].join() == 'xy'", "['x', 'y'].join('-') == 'x-y'", "[].join('-') == ''",
    "'{0} days {0}'.replace('{0}', '2') == '2 days 2'", "'{0} {0}'.replace('{0}', '2', 1) == '2 {0}'",
    "'ab'.replace('', '-') == '-a-b-'",
    "'tacocat'.substring(4) == 'cat'", "'tacocat'.substring(0, 4) == 'taco'", "'ta©o©αT'.substring(2, 6) == '©o©α'",
    "'a'.substring(1) == ''",
    "'tacocat'.indexOf('ac') == 1", "'tacocat'.indexOf('none') == -1", "'tacocat'.indexOf('', 3) == 3",
    "'ta©o©αT'.indexOf('©', 3) == 4",
    "'tacocat'.lastIndexOf('at') == 5", "''.lastIndexOf('@@') == -1", "'tacocat'.lastIndexOf('') == 7",
    "'tacocat'.lastIndexOf('a', 3) == 1",
    "'bananananana'.lastIndexOf('nana', 7) == 6", "'tacocat'.charAt(3) == 'o'", "'tacocat'.charAt(7) == ''",
    // matches looks anywhere, as RE2 does.
    "'hubba'.matches('ubb')", "!'hubba'.matches('^ubb')", "'hubba'.matches('^hu.*a$')", "matches('abc', '[a-c]{3}')",
    "'a\\nb'.matches('a\\\\sb')".replacing("\\\\\\\\", with: "\\\\"),
    "!'a\\nb'.matches('a.b')", "'x\\ny'.matches('y$')", "'ab'.matches('^(?:a|b)+$')", "'cab'.matches('a|z')", "''.matches('')",
    "'a$'.matches('a\\\\$')",
    // Lists.
    "[1, 2, 3].isSorted()", "!['b', 'a'].isSorted()", "[].isSorted()", "[1, 2].sum() == 3", "[].sum() == 0",
    "[1.5, 1.5].sum() == 3.0",
    "[3, 1, 2].min() == 1", "['a', 'c'].max() == 'c'", "['a', 'b', 'a'].indexOf('a') == 0",
    "['a', 'b', 'a'].lastIndexOf('a') == 2", "[1].indexOf(2) == -1",
    "[duration('1s'), duration('2s')].sum() == duration('3s')",
    // Conversions.
    "int('-987') == -987", "int(-7.9) == -7", "int(42u) == 42", "int(timestamp('2004-09-16T23:59:59Z')) == 1095379199",
    "uint(25.5) == 25u",
    "uint(1e19) == 10000000000000000000u", "uint('300') == 300u", "double('-84.32e7') == -8.432e8",
    "double(9223372036854775807) == 9.223372036854775807e18",
    "string(-4.5e-3) == '-0.0045'", "string(1.0) == '1'", "string(9876u) == '9876'", "string(b'\\303\\277') == 'ÿ'",
    "string(true) == 'true'",
    "bytes('ÿ') == b'\\303\\277'", "bool('true') && !bool('F'.lowerAscii())", "type(1) == int", "type(int) == type",
    "type(null) == null_type",
    "type([]) == list", "type({}) == map", "type(7) != type(7u)", "type(type(7)) == type(type(7u))", "type(dyn(1)) == int",
    // Times.
    "timestamp('2009-02-13T23:00:00Z') + duration('240s') == timestamp('2009-02-13T23:04:00Z')",
    "timestamp('2009-02-13T23:31:00Z') - timestamp('2009-02-13T23:29:00Z') == duration('120s')",
    "timestamp('0001-01-01T00:00:01.000000001Z') + duration('-999999999ns') == timestamp('0001-01-01T00:00:00.000000002Z')",
    "duration('1h45m47s') == duration('6347s')", "duration('1.5s') == duration('1500ms')", "string(duration('-1.5s')) == '-1.5s'",
    "string(duration('1000000s')) == '1000000s'", "string(timestamp('2009-02-13T23:31:30+01:00')) == '2009-02-13T22:31:30Z'",
    "string(timestamp('9999-12-31T23:59:59.999999999Z')) == '9999-12-31T23:59:59.999999999Z'",
    "timestamp(0) == timestamp('1970-01-01T00:00:00Z')",
    "timestamp('2009-02-13T23:31:30Z').getFullYear() == 2009", "timestamp('2009-02-13T23:31:30Z').getMonth() == 1",
    "timestamp('2009-02-13T23:31:30Z').getDate() == 13", "timestamp('2009-02-13T23:31:30Z').getDayOfMonth() == 12",
    "timestamp('2009-02-13T23:31:30Z').getDayOfWeek() == 5", "timestamp('2009-02-13T23:31:30Z').getDayOfYear() == 43",
    "timestamp('2009-02-13T23:31:20.123456789Z').getMilliseconds() == 123", "duration('10000s').getHours() == 2",
    "duration('3730s').getMinutes() == 62",
    "timestamp('2000-02-29T00:00:00Z') < timestamp('2000-03-01T00:00:00Z')",
    "timestamp('1945-05-07T02:41:00Z').getDayOfWeek() == 1",
    // Optionals.
    "object.?spec.?nodeName.orValue('none') == 'none'", "object.?metadata.name.orValue('') == 'web'",
    "object.metadata.labels[?'x'].orValue('d') == 'd'",
    "!optional.none().hasValue()", "optional.of(1).value() == 1", "optional.none().or(optional.of(2)).value() == 2",
    "[1][?5].orValue(0) == 0",
  ]

  @Test("comes to true as cel-spec says", arguments: truths)
  func truth(_ text: String) throws {
    guard case .bool(let bool) = try SampleBindings.value(of: text) else {
      Issue.record("\(text) is no bool")
      return
    }
    #expect(bool, "\(text)")
  }

  static let errors: [(String, String)] = [
    ("1 / 0 == 1", "division by zero"), ("1 % 0 == 1", "modulus by zero"), ("1u / 0u == 1u", "division by zero"),
    ("9223372036854775807 + 1 == 0", "overflow"), ("-9223372036854775808 - 1 == 0", "overflow"),
    ("9223372036854775807 * 2 == 0", "overflow"),
    ("-9223372036854775808 / -1 == 0", "overflow"), ("-9223372036854775808 % -1 == 0", "overflow"),
    ("-(-9223372036854775808) == 0", "overflow"),
    ("0u - 1u == 0u", "overflow"), ("18446744073709551615u + 1u == 0u", "overflow"),
    ("false || 1 / 0 == 1", "division by zero"), ("true && 1 / 0 == 1", "division by zero"),
    ("dyn(1) || false", "no such overload"),
    ("!dyn(1)", "no such overload"), ("dyn(1) ? true : false", "no such overload"),
    ("dyn(1) + dyn('a') == 1", "no such overload"),
    ("dyn(1) + dyn(1u) == 2", "no such overload"), ("dyn([0]) < dyn([1])", "no such overload"),
    ("dyn(null) < dyn(null)", "no such overload"),
    ("dyn('a') < dyn(1)", "no such overload"), ("{'a': 1}.b == 1", "no such key: b"),
    ("object.spec.nope == 1", "no such key: nope"),
    ("object.metadata.name.first == 1", "no such overload"), ("has(object.nope.field)", "no such key: nope"),
    ("[1][1] == 1", "out of bounds"),
    ("[1][-1] == 1", "out of bounds"), ("[1][0.5] == 1", "no such overload"),
    ("object.spec.containers['a'] == 1", "no such overload"),
    ("{1: 1, 1u: 2}.size() == 1", "repeated key"), ("{dyn(1.0): 1}.size() == 1", "unsupported key"),
    ("{dyn(null): 1}.size() == 1", "unsupported key"),
    ("1 in dyn(1)", "no such overload"), ("[1, 2].all(e, e / 0 != 17)", "division by zero"),
    ("[1, 'foo'].all(e, e % 2 == 1)", "no such overload"),
    ("[3, 2, 1, 0].exists_one(n, 12 / n > 1)", "division by zero"), ("[2, 0].map(n, 4 / n) == []", "division by zero"),
    ("[3, 0].filter(n, 12 / n > 4) == []", "division by zero"), ("dyn(1).all(e, true)", "no such overload"),
    ("[1].all(e, dyn(e))", "no such overload"),
    ("int('a') == 1", "int"), ("int('1.5') == 1", "int"), ("int('+1') == 1", "int"), ("int(1e99) == 1", "int"),
    ("int(9223372036854775808.0) == 1", "int"),
    ("int(18446744073709551615u) == 1", "int"), ("int(double('NaN')) == 1", "int"), ("uint(-1) == 1u", "uint"),
    ("uint(6.022e23) == 1u", "uint"),
    ("uint('-1') == 1u", "uint"), ("double('abc') == 1.0", "double"), ("double('0x10') == 16.0", "double"),
    ("bool('yes')", "bool"), ("string(b'\\000\\xff') == ''", "string"),
    ("int(dyn([])) == 1", "no such overload"), ("timestamp('0000-01-01T00:00:00Z') == timestamp(0)", "timestamp"),
    ("timestamp('2009-02-30T00:00:00Z') == timestamp(0)", "timestamp"),
    ("timestamp('10000-01-01T00:00:00Z') == timestamp(0)", "timestamp"),
    ("timestamp('2009-02-13') == timestamp(0)", "timestamp"), ("timestamp(253402300800) == timestamp(0)", "timestamp"),
    ("timestamp('9999-12-31T23:59:59Z') + duration('1s') == timestamp(0)", "out of range"),
    ("timestamp('0001-01-01T00:00:00Z') + duration('-1ns') == timestamp(0)", "out of range"),
    ("timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z') == duration('1s')", "out of range"),
    ("duration('320000000000s') == duration('1s')", "duration"), ("duration('1') == duration('1s')", "duration"),
    ("duration('') == duration('1s')", "duration"),
    ("duration('1d') == duration('1s')", "duration"),
    ("duration('200000h') + duration('2500000h') == duration('1s')", "out of range"),
    ("'a'.substring(2) == ''", "out of range"), ("'a'.substring(-1) == ''", "out of range"),
    ("'abc'.substring(2, 1) == ''", "out of range"),
    ("'a'.charAt(2) == ''", "out of range"), ("'a'.indexOf('a', 2) == 0", "out of range"), ("[].min() == 1", "empty list"),
    ("[].max() == 1", "empty list"),
    ("[1, 'a'].sum() == 1", "no such overload"), ("['a', 'b'].sum() == 1", "no such overload"),
    ("[1, 'a'].isSorted()", "no such overload"), ("[1].join() == ''", "no such overload"),
    ("optional.none().value() == 1", "no value"), ("y == 1", "y was not found out"), ("y.name == 'a'", "y was not found out"),
    ("has(y.name)", "y was not found out"),
    ("y in [1]", "y was not found out"), ("!y.?name.hasValue()", "y was not found out"),
    ("[y].size() == 1", "y was not found out"), ("1", ""),
  ]

  @Test("says why it comes to no value", arguments: errors.dropLast())
  func error(_ text: String, _ message: String) throws {
    let error = #expect(throws: ExpressionError.self, "\(text)") { try SampleBindings.value(of: text) }
    #expect(error?.text.contains(message) == true, "\(text): \(error?.text ?? "")")
    #expect(error?.isOverBudget != true, "\(text)")
  }

  @Test("stops when it takes too many steps, and nothing absorbs that")
  func budget() throws {
    let lists = "[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, a + b > 0))"
    for text in ["\(lists) || true", "true || \(lists) ? \(lists) : false", "\(lists)", "[1].exists(x, \(lists))"] {
      let error = #expect(throws: ExpressionError.self, "\(text)") { try SampleBindings.value(of: text, steps: 90) }
      #expect(error?.isOverBudget == true, "\(text)")
    }
    let long = "'" + String(repeating: "a", count: 5_000) + "'"
    for text in [
      "\(long).replace('a', \(long)).size() > 0", "\(long).contains('b' + 'a')", "[\(long), \(long)].join(\(long)) == ''",
    ] {
      let error = #expect(throws: ExpressionError.self) { try SampleBindings.value(of: text, steps: 600) }
      #expect(error?.isOverBudget == true)
    }
  }
}
