public import Tensors

/// Where a model takes its weights from, each by its name and shape.
///
/// A model is built by taking every weight once. What takes can be a reader of a checkpoint, or something that only notes names and shapes.
public protocol WeightSource: AnyObject {
  /// A matrix: the first dimension of `shape` makes the rows, all others together the columns.
  func matrix(_ name: String, shape: [Int]) throws(CheckpointError) -> Matrix

  /// A vector, as f32.
  func vector(_ name: String, count: Int) throws(CheckpointError) -> Vector
}

extension WeightSource {
  /// The weights of a linear layer, `name.weight` and, if it has one, `name.bias`.
  public func linear(_ name: String, from inputs: Int, to outputs: Int, bias: Bool) throws(CheckpointError) -> Linear {
    let weight = try matrix(name + ".weight", shape: [outputs, inputs])
    return Linear(weight: weight, bias: bias ? try vector(name + ".bias", count: outputs) : nil)
  }

  /// The weights of an RMS norm, `name.weight`.
  public func rmsNorm(_ name: String, count: Int, epsilon: Float) throws(CheckpointError) -> Norm {
    Norm(weight: try vector(name + ".weight", count: count), epsilon: epsilon)
  }

  /// The weights of a layer norm, `name.weight` and `name.bias`.
  public func layerNorm(_ name: String, count: Int, epsilon: Float) throws(CheckpointError) -> Norm {
    Norm(weight: try vector(name + ".weight", count: count), bias: try vector(name + ".bias", count: count), epsilon: epsilon)
  }
}
