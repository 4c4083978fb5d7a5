import Registry
import Testing

@Suite("An address")
struct AddressTests {
  @Test(
    "of this host, of the link or of a metadata server is forbidden",
    arguments: [
      [127, 0, 0, 1], [127, 255, 255, 254], [0, 0, 0, 0], [0, 1, 2, 3], [169, 254, 169, 254], [169, 254, 0, 1], [224, 0, 0, 1],
      [255, 255, 255, 255], [100, 100, 100, 200], [192, 0, 0, 192], [168, 63, 129, 16],
      Array(repeating: 0, count: 16), Array(repeating: 0, count: 15) + [1],
      [0xFE, 0x80] + Array(repeating: 0, count: 13) + [1], [0xFE, 0xBF] + Array(repeating: 0, count: 13) + [1],
      [0xFF, 2] + Array(repeating: 0, count: 13) + [1], [0xFD, 0, 0x0E, 0xC2] + Array(repeating: 0, count: 10) + [2, 0x54],
      Array(repeating: 0, count: 10) + [0xFF, 0xFF, 127, 0, 0, 1],
      Array(repeating: 0, count: 10) + [0xFF, 0xFF, 169, 254, 169, 254],
      Array(repeating: 0, count: 12) + [127, 0, 0, 1],
      [0, 0x64, 0xFF, 0x9B] + Array(repeating: 0, count: 8) + [169, 254, 169, 254],
      [0x20, 0x02, 169, 254, 169, 254] + Array(repeating: 0, count: 10),
      [0, 0x64, 0xFF, 0x9B, 0, 1] + Array(repeating: 0, count: 6) + [169, 254, 169, 254],
      Array(repeating: 0, count: 8) + [0xFF, 0xFF, 0, 0, 127, 0, 0, 1],
      [0xFD, 0x20, 0, 0xCE] + Array(repeating: 0, count: 10) + [2, 0x54],
    ] as [[UInt8]])
  func forbidden(_ bytes: [UInt8]) throws { #expect(try #require(Address(bytes)).isForbidden) }

  @Test(
    "of a public or private network is fine",
    arguments: [
      [10, 0, 0, 5], [192, 168, 1, 1], [172, 16, 0, 1], [8, 8, 8, 8], [100, 64, 0, 1], [169, 253, 1, 1],
      [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [1], [0xFD, 0x12] + Array(repeating: 0, count: 13) + [1],
      Array(repeating: 0, count: 10) + [0xFF, 0xFF, 10, 0, 0, 5],
      [0, 0x64, 0xFF, 0x9B, 0, 1] + Array(repeating: 0, count: 6) + [8, 8, 8, 8],
    ] as [[UInt8]])
  func fine(_ bytes: [UInt8]) throws { #expect(try !#require(Address(bytes)).isForbidden) }

  @Test("is 4 or 16 bytes")
  func sizes() { #expect(Address([1, 2, 3]) == nil && Address([]) == nil) }
}
