import Foundation
import Media
import Testing

/// What `Tools/media/make_pdf_fixtures.py` wrote.
enum DocumentFixtures {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures/pdf").standardized

  struct Manifest: Decodable {
    let versions: [String: String]
    let documents: [Document]
  }

  struct Document: Decodable, CustomTestStringConvertible {
    let file: String
    let password: String?
    let pageCount: Int
    let pages: [Page]
    var testDescription: String { file }
  }

  struct Page: Decodable {
    let number: Int
    /// What pdf2image was asked for.
    let longerSide: Int
    let crop: Picture
    let media: Picture

    func picture(_ box: PageBox) -> Picture { box == .crop ? crop : media }
  }

  struct Picture: Decodable {
    let width: Int
    let height: Int
    let sha256: String
    /// Mean levels of 8 x 8 parts of the picture, [row][column][channel].
    let cells: [Int]
  }

  static let manifest: Manifest? = {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try? decoder.decode(Manifest.self, from: Data(contentsOf: folder.appending(path: "manifest.json")))
  }()

  static let documents = manifest?.documents ?? []

  static func path(_ name: String) -> String { folder.appending(path: name).path }

  static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: name))) }

  /// Runs a program as any script does, and gives its standard output.
  static func output(of program: String, _ arguments: [String]) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return [UInt8](data)
  }

  /// Means over 8 x 8 parts, as Pillow's box filter takes them: of the pixels whose centres lie in the part.
  static func cells(of image: RGBImage) -> [Double] {
    let count = 8
    func indices(_ cell: Int, _ size: Int) -> [Int] {
      let (from, to) = (Double(cell * size) / Double(count), Double((cell + 1) * size) / Double(count))
      return (0..<size).filter { Double($0) + 0.5 > from && Double($0) + 0.5 <= to }
    }
    let (rows, columns) = ((0..<count).map { indices($0, image.height) }, (0..<count).map { indices($0, image.width) })
    var cells: [Double] = []
    for row in rows {
      for column in columns {
        for channel in 0..<3 {
          var sum = 0
          for y in row { for x in column { sum += Int(image.pixels[(y * image.width + x) * 3 + channel]) } }
          cells.append(Double(sum) / Double(row.count * column.count))
        }
      }
    }
    return cells
  }
}
