import ArgumentParser
import Foundation
import Sightline

/// What `--model` means.
enum ModelDirectory {
  /// The model that was named, else `$SIGHTLINE_MODEL`, else the one that comes with the program, which is said at the terminal.
  ///
  /// - Throws: `ValidationError` where there is none of them.
  static func chosen(_ argument: String?) throws -> String {
    if let argument { return argument }
    if let configured = ProcessInfo.processInfo.environment["SIGHTLINE_MODEL"], !configured.isEmpty { return configured }
    guard let shipped = ShippedModel.directory else {
      throw ValidationError("No model: give --model, or set SIGHTLINE_MODEL.")
    }
    _ = toldOfShippedModel
    return shipped
  }

  /// Told once, however often the model is asked for.
  private static let toldOfShippedModel: Void = Console.note(ShippedModel.notice)

  /// The folder of a model: an existing folder, else the cached snapshot of `ORG/NAME` or `ORG/NAME@REVISION`.
  ///
  /// - Throws: `InputError` that says how to fetch a model that is not there.
  static func resolve(_ argument: String) throws -> String {
    guard !FileManager.default.fileExists(atPath: argument), let reference = try? ModelReference(parsing: argument) else { return argument }
    var reasons: [HubError] = []
    for cache in ModelCache.all() {
      do throws(HubError) {
        return try cache.directory(of: reference)
      } catch {
        reasons.append(error)
      }
    }
    // An incomplete snapshot says more than a cache that does not know the model.
    let reason = reasons.first { $0.description.contains("but without") } ?? reasons.first
    throw InputError("\(argument): there is no such folder, and \(reason?.description ?? "no such model is cached")")
  }
}
