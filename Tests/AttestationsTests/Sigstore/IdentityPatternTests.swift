import Attestations
import Testing

@Suite("An identity pattern")
struct IdentityPatternTests {
  @Test(
    "matches the whole text",
    arguments: [
      (#"https://github\.com/shopify/.*"#, "https://github.com/shopify/app/.github/workflows/build.yml@refs/heads/main", true),
      (#"https://github\.com/shopify/.*"#, "https://evil.test/?u=https://github.com/shopify/app", false),
      (#"https://github\.com/shopify/.*"#, "https://githubXcom/shopify/app", false),
      (#"^https://github\.com/shopify/.*$"#, "https://github.com/shopify/", true),
      ("abc", "abc", true), ("abc", "abcd", false), ("abc", "xabc", false), ("", "", true), ("", "a", false),
      ("a|b", "b", true), ("a|b|cd", "cd", true), ("a|b|cd", "acd", false), ("(a|b)*c", "ababc", true), ("(?:ab)+", "abab", true),
      ("(?:ab)+", "aba", false), ("a?b", "b", true), ("a?b", "aab", false), ("a{2}", "aa", true), ("a{2}", "aaa", false),
      ("a{2,}", "aaaa", true), ("a{1,3}", "aaa", true), ("a{1,3}", "aaaa", false), ("a{0}b", "b", true), ("a.*?c", "abbc", true),
      ("[a-c]+", "abcab", true), ("[^a-c]+", "xyz", true), ("[^a-c]+", "xaz", false),
      (#"[\w.-]+@example\.com"#, "a.b-c@example.com", true),
      (#"[\w.-]+@example\.com"#, "a@b@example.com", false), (#"\d{4}"#, "2026", true), (#"\D"#, "1", false), ("[]a]", "]", true),
      ("[a-]", "-", true), (".", "\n", false), ("[^a]", "\n", true), (".", "é", true), (#"\$"#, "$", true), ("()", "", true),
      ("(a*)*b", "aaab", true), ("(a*)*", "aaac", false),
    ])
  func matches(_ pattern: String, _ text: String, _ expected: Bool) throws {
    #expect(try IdentityPattern(pattern).matches(text) == expected)
  }

  @Test(
    "is refused when it does not compile, or says what is not read",
    arguments: [
      "(", ")", "a)", "[", "[a", "*", "+a", "a**", "a{2}{3}", "a{", "a{x}", "a{3,2}", "a{,2}", #"\"#, #"\1"#, #"\b"#, #"\pL"#,
      "(?i)a",
      "(?=a)", "(?<n>a)", "a^b", "a$b", "[b-a]", "[[:alpha:]]", #"[a-\d]"#, "]", "}", "a{1001}{1001}", "(a{1000}){1000}",
      String(repeating: "(", count: 40), String(repeating: "a", count: 1025), "((a{60}){60}){60}",
    ])
  func refusals(_ pattern: String) {
    let error = #expect(throws: AttestationError.self) { try IdentityPattern(pattern) }
    #expect(error?.code == "malformed-identity-pattern")
  }

  @Test("takes time that grows with the text alone, where others go back again and again")
  func linear() throws {
    let text = String(repeating: "a", count: 4000)
    #expect(try !IdentityPattern("(a*)*(a|aa)*(a*a*)*b").matches(text))
    #expect(try !IdentityPattern(".*").matches(String(repeating: "a", count: 4097)))
  }
}
