/// Chance that can be repeated: the same seed gives the same throws. Source: SplitMix64, Steele, Lea, Flood 2014.
package struct Dice: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// One of `choices`, each as likely as the other.
  ///
  /// - Parameter choices: not empty.
  package mutating func one<Choice>(of choices: [Choice]) -> Choice {
    choices[Int(next() % UInt64(choices.count))]
  }

  /// True once in `times`.
  package mutating func once(in times: UInt64) -> Bool { next() % times == 0 }
}
