package import Images

/// The images that a text of manifests names without digest, and where each stands, so that they can be replaced and not a
/// byte beside them.
///
/// Every `image:` with a text counts, at any depth of any document, and the `reference:` of image volumes.
///
/// Source: Kritis, `cmd/kritis/kubectl/plugins/resolve`.
package struct ImagePlaces: Sendable {
  /// One image, as it stands in the text.
  package struct Place: Hashable, Sendable {
    package let image: ImageReference
    /// Counted from 1.
    package let line: Int
    package let column: Int
    /// `spec.containers[0].image`.
    package let path: String
    /// In Unicode scalars of the text.
    let range: Range<Int>
  }

  /// In the order of the text.
  package let places: [Place]
  package let file: String
  private let text: ScalarText
  /// A byte order mark is none of the text.
  private let mark: String

  /// - Throws: `DocumentError` for a text that cannot be read, and for an `image:` that names no image.
  package init(in text: String, file: String, atMost limitBytes: Int = 4 << 20) throws(DocumentError) {
    let hasMark = text.unicodeScalars.first == "\u{FEFF}"
    mark = hasMark ? "\u{FEFF}" : ""
    let body = hasMark ? String(text.unicodeScalars.dropFirst()) : text
    var finder = Finder(text: ScalarText(body))
    for document in try DocumentNode.documents(in: body, file: file, atMost: limitBytes) {
      try finder.search(document, depth: 0, isVolume: false)
    }
    self.file = file
    self.text = finder.text
    places = finder.found.values.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// The text with `pinned` in the place of each image that it has an answer for.
  package func replacing(_ pinned: [ImageReference: PinnedReference]) -> String {
    mark + text.replacing(places.compactMap { place in pinned[place.image].map { (place.range, "\($0)") } })
  }

  /// An error that points at a place.
  package func error(at place: Place, _ reason: String, remedy: String) -> DocumentError {
    DocumentError(
      file: file, line: place.line, column: place.column, path: place.path, reason: reason, remedy: remedy)
  }
}

/// Walks documents and notes where their images stand.
private struct Finder {
  /// Aliases can make a short text a long document.
  private static let limitValues = 1_000_000
  private static let limitDepth = 100

  let text: ScalarText
  /// By where the text of each begins: what is anchored once and used twice stands in one place.
  private(set) var found: [Int: ImagePlaces.Place] = [:]
  private var seen = 0

  init(text: ScalarText) { self.text = text }

  mutating func search(_ node: DocumentNode, depth: Int, isVolume: Bool) throws(DocumentError) {
    seen += 1
    guard seen <= Self.limitValues, depth <= Self.limitDepth else {
      throw node.error(
        "the document is too large or too deep once its aliases are written out", remedy: "Make it smaller.")
    }
    if node.isMapping {
      for entry in try node.placedEntries() {
        if entry.key == "image" {
          try note(entry)
          if isVolume, entry.value.isMapping {
            for inner in try entry.value.placedEntries() where inner.key == "reference" { try note(inner) }
          }
        }
        let holdsVolumes = entry.key == "volumes" && entry.value.isSequence
        for element in holdsVolumes ? try entry.value.elements() : [] {
          try search(element, depth: depth + 2, isVolume: true)
        }
        if !holdsVolumes { try search(entry.value, depth: depth + 1, isVolume: false) }
      }
    } else if node.isSequence {
      for element in try node.elements() { try search(element, depth: depth + 1, isVolume: false) }
    }
  }

  /// Keeps the place of an image without digest; any other value that is no text names none.
  private mutating func note(_ entry: DocumentNode.PlacedEntry) throws(DocumentError) {
    let value = entry.value
    guard value.isScalar, (try? value.json())?.root.isString == true else { return }
    let written = try value.string()
    let image: ImageReference
    do throws(ImageError) {
      image = try ImageReference(parsing: written)
    } catch {
      throw value.error("it names no image: \(error.problem)", remedy: error.remedy)
    }
    guard image.digest == nil else { return }
    guard let spot = text.scalar(behind: entry, written: written) else {
      throw value.error("the way it is written is not understood", remedy: "Write the image in one line, or replace it by hand.")
    }
    switch spot {
    case .text(let range): found[range.lowerBound] = place(image, range, value)
    case .alias(let range, let anchored):
      // What is anchored at an image of its own is replaced there.
      guard found[anchored] == nil else { return }
      found[range.lowerBound] = place(image, range, value)
    }
  }

  private func place(_ image: ImageReference, _ range: Range<Int>, _ value: DocumentNode) -> ImagePlaces.Place {
    let (line, column) = text.place(of: range.lowerBound)
    return ImagePlaces.Place(image: image, line: line, column: column, path: value.path, range: range)
  }
}
