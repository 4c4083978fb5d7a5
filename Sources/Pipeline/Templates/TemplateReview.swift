import Images
import Policies

/// What the Kubernetes templates of a project say about the image that it builds.
struct TemplateReview: Sendable {
  let files: Int
  /// How many containers and volumes run the image.
  private(set) var places = 0
  /// Images of others that no digest pins, as `file: image`, each once.
  private(set) var unpinned: [String] = []

  /// Reads all of `templates`.
  ///
  /// The image's own tag or digest in a template is of no matter: whoever deploys puts the digest there that this run
  /// makes.
  ///
  /// - Throws: `PipelineError.faultyTemplates` with every fault of every file, `.imageInNoTemplate`.
  init(of templates: [TemplateFile], running repository: Repository) throws {
    files = templates.count
    var faults: [String] = []
    for template in templates {
      do {
        for document in try DocumentNode.documents(in: template.text, file: template.path, atMost: TemplateFile.limitBytes) {
          for object in try document.objects { faults += try take(object, from: template.path, running: repository) }
        }
      } catch let error as any Problem {
        faults.append("\(error.problem) \(error.remedy)")
      }
    }
    guard faults.isEmpty else { throw PipelineError.faultyTemplates(faults) }
    guard templates.isEmpty || places > 0 else { throw PipelineError.imageInNoTemplate(repository) }
  }

  private mutating func take(
    _ object: DocumentNode, from file: String, running repository: Repository
  ) throws -> [String] {
    _ = try object.required("apiVersion").string()
    _ = try object.required("kind").string()
    _ = try object.required("metadata").required("name").string()
    let workload: Workload
    do {
      workload = try Workload(try object.json(atMost: TemplateFile.limitBytes).root)
    } catch let error as WorkloadError {
      throw object.error(String(error.problem.dropLast()), remedy: error.remedy)
    }
    var faults: [String] = []
    for use in workload.images {
      do {
        try take(use.image, from: file, running: repository)
      } catch {
        faults.append("\(file): \(use.imageField): \(error.problem) \(error.remedy)")
      }
    }
    return faults
  }

  private mutating func take(_ text: String, from file: String, running repository: Repository) throws(ImageError) {
    let reference = try ImageReference(parsing: text)
    if reference.repository == repository {
      places += 1
    } else if reference.digest == nil, !unpinned.contains("\(file): \(reference)") {
      unpinned.append("\(file): \(reference)")
    }
  }
}

extension DocumentNode {
  /// The object itself, or the items of a `List`.
  fileprivate var objects: [DocumentNode] {
    get throws(DocumentError) {
      guard let kind = self["kind"], (try? kind.string()) == "List", let items = self["items"] else { return [self] }
      return try items.elements()
    }
  }
}
