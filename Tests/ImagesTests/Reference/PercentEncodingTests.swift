import Foundation
import Images
import Testing

@Suite("Text in an address")
struct PercentEncodingTests {
  @Test(
    "is escaped but for the unreserved characters",
    arguments: [
      ("", ""), ("AZaz09-._~", "AZaz09-._~"), ("a b+c", "a%20b%2Bc"), ("../x?y#z%", "..%2Fx%3Fy%23z%25"), ("é\u{0}", "%C3%A9%00"),
      ("repository:shop/web:pull", "repository%3Ashop%2Fweb%3Apull"), ("\u{7F}\n", "%7F%0A"),
    ])
  func escaped(_ text: String, _ expected: String) {
    #expect(percentEncoded(text) == expected)
    #expect(percentEncoded(text).removingPercentEncoding == text)
  }
}
