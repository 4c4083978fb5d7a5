import ArgumentParser
import Audit
import Feeds
import Images

struct FeedsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "feeds", abstract: "Compile advisory feeds into the advisory database.",
    subcommands: [FeedsImport.self, FeedsStatus.self])
}

struct FeedsImport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Compile feeds into one file.",
    discussion: """
      Reads Debian changelog facts, Debian tracker, DSA and DLA lists and Alpine secdb in their own records, gzip or plain;
      which they are is told by their content. Files that are none of these are named and left out. The same feeds make the
      same file, whose digest names it in every result.

      Example: pratique feeds import ~/feeds
      """)

  @Argument(help: "Feed files, or folders of them.") var paths: [String]
  @Option(help: "The database to write (default: advisories.db in the data folder).") var advisories: String?
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let target = try advisories ?? store.advisories()
    let progress = Progress()
    progress.show("compiling feeds")
    let compiled = try FeedImport(paths)
    try AdvisoryDatabaseFile.write(compiled.index, to: target)
    progress.clear()
    let document = DatabaseDocument(compiled.index, path: target)
    switch output.output {
    case .json: try output.printJSON(document)
    case .table: print(document.text)
    }
    for file in compiled.files {
      if let reason = file.unread { Terminal.complain("left out \(printable(file.path)): \(reason)") }
      if file.leftOut > 0 {
        Terminal.complain("left out \(file.leftOut) records of \(printable(file.path)), for example \(file.named.first ?? "")")
      }
    }
  }
}

struct FeedsStatus: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say what the advisory database holds, and how old it is.",
    discussion: "Example: pratique feeds status --output json")

  @Option(help: "The database to read (default: advisories.db in the data folder).") var advisories: String?
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let target = try advisories ?? store.advisories()
    let document = DatabaseDocument(try AdvisoryDatabaseFile.read(target), path: target)
    switch output.output {
    case .json: try output.printJSON(document)
    case .table: print(document.text)
    }
  }
}

/// An advisory database as people and programs read of it.
struct DatabaseDocument: Encodable {
  struct Feed: Encodable {
    let name, kind: String
    let records: Int
    let newest: String?
    let releases: [String]
    let digest: String
  }

  let path: String
  let digest: String
  let sizeBytes: Int
  let advisories: Int
  let feeds: [Feed]

  init(_ index: AdvisoryIndex, path: String) {
    self.path = path
    digest = "\(index.digest)"
    sizeBytes = index.bytes.count
    advisories = index.count
    feeds = index.feeds.map { feed in
      Feed(
        name: feed.name, kind: feed.kind.title, records: feed.records, newest: feed.newest,
        releases: feed.releases.map(\.description), digest: "\(feed.digest)")
    }
  }

  var text: String {
    var table = Table("feed", "kind", "records", "newest", "releases")
    for feed in feeds {
      let releases = feed.releases.count > 4 ? "\(feed.releases.count) releases" : feed.releases.joined(separator: ", ")
      table.add(feed.name, feed.kind, "\(feed.records)", feed.newest ?? "unknown", releases)
    }
    return "\(path)\n\(digest)\n\(advisories) advisories in \(sizeBytes) bytes\n\n\(table.text)"
  }
}
