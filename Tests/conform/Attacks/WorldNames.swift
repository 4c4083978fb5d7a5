import Foundation
import Registry

/// What the name service of a world answers.
struct WorldNames: Sendable {
  private let answers: [String: [String]]

  init(_ world: World) {
    answers = (world.value["dns"]?.members ?? [:]).mapValues { $0.strings }
  }

  /// Whether it matters where `name` is: it is an address, or the world gives it one that nobody may dial. All other names
  /// are those of the world's registries, which the harness has on this machine.
  func decides(_ name: String) -> Bool {
    Self.literal(name) != nil || (answers[name] ?? []).contains { Self.literal($0)?.isForbidden == true }
  }

  /// The first address the product must not dial, else the first; nil for a name without one.
  func address(of name: String) -> Address? {
    let all = (answers[name] ?? [name]).compactMap(Self.literal)
    return all.first(where: \.isForbidden) ?? all.first
  }

  private static func literal(_ text: String) -> Address? {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four) { Address(Array($0)) } }
    var six = in6_addr()
    if inet_pton(AF_INET6, text, &six) == 1 { return withUnsafeBytes(of: six) { Address(Array($0)) } }
    return nil
  }
}
