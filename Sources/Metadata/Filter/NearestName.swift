/// The one of `names` that is most like `text`, letters in either case; nil when none is like it.
func nearest(to text: String, in names: [String]) -> String? {
  guard text.utf8.count <= 64 else { return nil }
  let most = max(2, text.utf8.count / 3)
  let ranked = names.map { ($0, edits(from: text.lowercased(), to: $0.lowercased())) }
  guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= most, best.1 < text.utf8.count else { return nil }
  return best.0
}

/// How many bytes must be put in, taken out or changed; the distance of Levenshtein.
private func edits(from one: String, to other: String) -> Int {
  let (one, other) = (Array(one.utf8), Array(other.utf8))
  var row = Array(0...other.count)
  for (i, byte) in one.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, wanted) in other.enumerated() {
      let changed = diagonal + (byte == wanted ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[other.count]
}
