import Images
import Metadata
import Schemas
import SwiftProtobuf
import Testing

extension CompleteStoreContract {
  static let impact: [Clause] = [
    Clause("finds images by vulnerability, package, key and base image") { store in
      let shop = try await notes(in: store)
      var scanned = Facts.vulnerability(of: "\(shop)/notes/CVE-2017-13036")
      scanned.vulnerability.shortDescription = "DSA-3971-1"
      var based = try #require(Facts.occurrences()["image"])
      based.image.baseResourceURL = "https://registry.example.test/base@sha256:aa"
      let signed = Facts.attestation(of: "\(shop)/notes/attestation", about: Facts.otherImage)
      let rest = ["package", "dsse-attestation", "sbom-reference"].compactMap { Facts.occurrences()[$0] }
      let stored = try await store.create([scanned, based, signed] + rest, in: shop)
      let wanted: [(Fact, [Int])] = [
        (.vulnerability("CVE-2017-13036"), [0]), (.vulnerability("DSA-3971-1"), [0]), (.vulnerability("CVE-2017-1303"), []),
        (.package("tcpdump"), [0, 3]), (.package("tcp"), []), (.key("ni:///sha-256;abc"), [4, 2]), (.key("sbom-key"), [5]),
        (.baseImage("registry.example.test/base@sha256:aa"), [1]), (.baseImage("registry.example.test/base"), [1]),
        (.baseImage("tcpdump"), []), (.key("CVE-2017-13036"), []),
      ]
      for (fact, indexes) in wanted {
        let found = try await store.images(with: fact, in: shop, page: PageRequest()).items
        #expect(found.flatMap(\.occurrences) == indexes.map { stored[$0] }, "\(fact)")
        #expect(found.map(\.resourceURI) == found.map { $0.occurrences[0].resourceUri })
      }
    },
    Clause("pages through images in the order of their resource, each once with all that is said of it") { store in
      let shop = try await notes(in: store)
      let images = (0..<5).map { "https://registry.example.test/app\(4 - $0)@sha256:aa" }
      for _ in 0..<2 {
        try await store.create(images.map { Facts.vulnerability(of: "\(shop)/notes/CVE-2017-13036", about: $0) }, in: shop)
      }
      var (seen, pages, token): ([ImageFacts], Int, String?) = ([], 0, nil)
      repeat {
        let page = try await store.images(with: .package("tcpdump"), in: shop, page: PageRequest(size: 2, token: token))
        seen += page.items
        (token, pages) = (page.nextToken, pages + 1)
      } while token != nil && pages < 10
      #expect(seen.map(\.resourceURI) == images.reversed() && pages == 3)
      #expect(seen.allSatisfy { $0.occurrences.count == 2 && $0.deployments.isEmpty })
    },
    Clause("tells where an image was deployed, ended deployments too") { store in
      let shop = try await notes(in: store)
      let note = "\(shop)/notes/deployment"
      let stored = try await store.create(
        [
          Facts.vulnerability(of: "\(shop)/notes/CVE-2017-13036"), Facts.deployment(of: note, to: "prod/namespaces/shop"),
          Facts.deployment(of: note, to: "test/namespaces/shop", undeployed: true),
          Facts.deployment(of: note, about: Facts.otherImage, to: "prod/namespaces/other"),
        ], in: shop)
      let found = try await store.images(with: .vulnerability("CVE-2017-13036"), in: shop, page: PageRequest())
      #expect(
        found.items == [
          ImageFacts(resourceURI: Facts.image, occurrences: [stored[0]], deployments: [stored[1], stored[2]])
        ])
      #expect(found.nextToken == nil)
    },
    Clause("asks one project, or all of them") { store in
      let shop = try await notes(in: store)
      let tenant = try ProjectName(id: "tenant")
      let note = "\(shop)/notes/CVE-2017-13036"
      let here = try await store.create([Facts.vulnerability(of: note)], in: shop)
      let there = try await store.create(
        [Facts.vulnerability(of: note), Facts.deployment(of: "\(shop)/notes/deployment", to: "prod/default")], in: tenant)
      func found(in project: ProjectName?) async throws -> ImageFacts? {
        let page = try await store.images(with: .package("tcpdump"), in: project, page: PageRequest())
        return page.items.first
      }
      let image = Facts.image
      #expect(try await found(in: shop) == ImageFacts(resourceURI: image, occurrences: here, deployments: []))
      #expect(try await found(in: tenant) == ImageFacts(resourceURI: image, occurrences: [there[0]], deployments: [there[1]]))
      #expect(try await found(in: nil) == ImageFacts(resourceURI: image, occurrences: here + [there[0]], deployments: [there[1]]))
      #expect(try await found(in: ProjectName(id: "ten")) == nil)
    },
    Clause("finds by what an occurrence says now, and nothing that was deleted") { store in
      let shop = try await notes(in: store)
      let note = "\(shop)/notes/CVE-2017-13036"
      let stored = try await store.create([Facts.vulnerability(of: note)], in: shop)[0]
      let name = try OccurrenceName(parsing: stored.name)
      try await store.update(name, with: Update(Facts.vulnerability(of: note, in: "bash")))
      func count(_ fact: Fact) async throws -> Int {
        let page = try await store.images(with: fact, in: nil, page: PageRequest())
        return page.items.count
      }
      #expect(try await count(.package("tcpdump")) == 0)
      #expect(try await count(.package("bash")) == 1)
      try await store.delete(name, etag: nil)
      #expect(try await count(.package("bash")) == 0)
      #expect(try await count(.vulnerability("CVE-2017-13036")) == 0)
    },
    Clause("refuses tokens that are no resource, and page sizes outside 1 to 1,000") { store in
      for token in ["", "a b", "ä", String(repeating: "a", count: 2049)] {
        await refuses(.malformedPageToken) {
          try await store.images(with: .package("p"), in: nil, page: PageRequest(token: token)).items
        }
      }
      for size in [0, -1, 1001] {
        await refuses("out-of-bounds") {
          try await store.images(with: .package("p"), in: nil, page: PageRequest(size: size)).items
        }
      }
    },
  ]

  static let restoring: [Clause] = [
    Clause("gives back notes and occurrences under their names and times, and again without harm") { store in
      let (notes, occurrences) = try archived()
      #expect(try await store.restore(notes) == notes.count)
      #expect(try await store.restore(occurrences) == occurrences.count)
      for note in notes { #expect(try await store.note(NoteName(parsing: note.name)) == note) }
      for occurrence in occurrences {
        #expect(try await store.occurrence(OccurrenceName(parsing: occurrence.name)) == occurrence)
      }
      #expect(try await store.restore(notes) == 0)
      #expect(try await store.restore(occurrences) == 0)
      let shop = try ProjectName(id: "shop")
      #expect(try await store.notes(in: shop, page: PageRequest()).items == notes)
      let listed = try await store.occurrences(in: shop, matching: OccurrenceFilter(), page: PageRequest())
      #expect(listed.items == occurrences)
      let told = try await store.changes(in: nil, matching: OccurrenceFilter(), after: 0, atMost: 1000)
      #expect(told.changes.map(\.name) == notes.map(\.name) + occurrences.map(\.name))
    },
    Clause("restores what is new in a batch, and counts it") { store in
      let (notes, occurrences) = try archived()
      #expect(try await store.restore(Array(notes[..<4])) == 4)
      #expect(try await store.restore(notes + [notes[0]]) == notes.count - 4)
      #expect(try await store.restore([occurrences[0]]) == 1)
      #expect(try await store.restore(occurrences) == occurrences.count - 1)
    },
    Clause("restores nothing of a batch that contradicts what is there") { store in
      let (notes, occurrences) = try archived()
      try await store.restore([notes[1]])
      var (note, occurrence) = (notes[1], occurrences[1])
      note.shortDescription = "another"
      occurrence.remediation = "another"
      await refuses(.alreadyExists(note.name)) { try await store.restore([notes[0], note]) }
      await refuses(.notFound(notes[0].name)) { try await store.note(NoteName(parsing: notes[0].name)) }
      try await store.restore(notes)
      try await store.restore([occurrences[1]])
      await refuses(.alreadyExists(occurrence.name)) { try await store.restore([occurrences[0], occurrence]) }
      #expect(try await store.note(NoteName(parsing: note.name)) == notes[1])
      #expect(try await store.occurrence(OccurrenceName(parsing: occurrence.name)) == occurrences[1])
      let first = try OccurrenceName(parsing: occurrences[0].name)
      await refuses(.notFound(first.description)) { try await store.occurrence(first) }
      await refuses(.alreadyExists(occurrences[0].name)) {
        var other = occurrences[0]
        other.remediation = "another"
        return try await store.restore([occurrences[0], other])
      }
      await refuses(.notFound(first.description)) { try await store.occurrence(first) }
    },
    Clause("restores no occurrence without its note, nothing without a name, and nothing invalid") { store in
      let (notes, occurrences) = try archived()
      await refuses(.notFound(occurrences[0].noteName)) { try await store.restore([occurrences[0]]) }
      try await store.restore(notes)
      var (unnamed, broken) = (occurrences[0], occurrences[0])
      unnamed.name = ""
      broken.resourceUri = ""
      await refuses("malformed-name") { try await store.restore([unnamed]) }
      await refuses("invalid-message") { try await store.restore([broken]) }
      await refuses("out-of-bounds") { try await store.restore([Occurrence]()) }
      await refuses("out-of-bounds") { try await store.restore([Note](repeating: notes[0], count: 1001)) }
    },
  ]

  /// One note and one occurrence of each kind as a store would have kept them three years ago, in `projects/shop`.
  private static func archived() throws -> ([Note], [Occurrence]) {
    let project = try ProjectName(id: "shop")
    let old = Google_Protobuf_Timestamp.with { ($0.seconds, $0.nanos) = (1_600_000_000, 123_456_789) }
    let stamps = Stamps(now: { old }, newID: Stamps.counting().newID)
    let notes = try stamps.recorded(Facts.notes, in: project).map(\.note)
    let written = Facts.occurrences().sorted { $0.key < $1.key }.map(\.value)
    return (notes, try stamps.recorded(written, in: project).map(\.message))
  }

  /// Writes a note of each kind, and a CVE.
  private static func notes(in store: any CompleteStore) async throws -> ProjectName {
    let project = try ProjectName(id: "shop")
    try await store.create(Facts.notes, in: project)
    let cve = try #require(Facts.notes["vulnerability"])
    try await store.create(cve, named: NoteName(project: project, id: "CVE-2017-13036"))
    return project
  }
}
