// The boxes of a lane as an image with one line of pixels for each of its rows, which is stretched to the rows' height:
// thousands of boxes cost what a few images do. Their edges lie on the screen's pixels.

export class Boxes {
  constructor() {
    this.canvas = new OffscreenCanvas(1, 1);
    this.context = this.canvas.getContext("2d", {willReadFrequently: true});
    this.used = [];
  }
  // An empty image, of rows 0 to `rows` - 1, for what is `width` wide.
  begin(width, rows, ratio) {
    this.ratio = ratio;
    this.columns = Math.max(1, Math.round(width * ratio));
    if (this.image?.width !== this.columns || this.image.height < rows) {
      this.canvas.width = this.columns;
      this.canvas.height = Math.max(rows, 1);
      this.image = this.context.createImageData(this.columns, Math.max(rows, 1));
      this.pixels = new Uint32Array(this.image.data.buffer);
    } else {
      for (const row of this.used) this.pixels.fill(0, row * this.columns, (row + 1) * this.columns);
    }
    this.used.length = 0;
    this.rows = new Uint8Array(rows);
  }
  // What is narrower than a pixel fills the one in which it begins. With `gap` its last pixel stays free.
  add(row, x, right, pixel, gap) {
    const narrow = (right - x) * this.ratio < 1.25, from = narrow ? Math.floor(x * this.ratio) : Math.round(x * this.ratio);
    const end = narrow ? from + 1 : Math.round(right * this.ratio) - (gap ? 1 : 0);
    if (this.rows[row] === 0) {
      this.rows[row] = 1;
      this.used.push(row);
    }
    const start = row * this.columns;
    this.pixels.fill(pixel, start + Math.max(from, 0), start + Math.min(Math.max(end, 0), this.columns));
  }
  // Row r at y(r).
  draw(context, y, height) {
    const {canvas, columns} = this;
    if (this.used.length === 0) return;
    this.context.putImageData(this.image, 0, 0, 0, 0, columns, Math.max(...this.used) + 1);
    context.imageSmoothingEnabled = false;
    for (const row of this.used) context.drawImage(canvas, 0, row, columns, 1, 0, y(row), columns / this.ratio, height);
  }
}

// Hatched columns of a lane, many of them narrow: as an image of some lines, which is drawn one below the other.
const hatchSize = 8, hatchesHigh = 8;

export class Hatching {
  constructor() {
    this.canvas = new OffscreenCanvas(1, 1);
    this.context = this.canvas.getContext("2d", {willReadFrequently: true});
    this.squares = [];
  }
  begin(width, ratio) {
    this.ratio = ratio;
    this.squares.length = 0;
    this.columns = Math.max(1, Math.round(width * ratio));
  }
  // `square`: the pixels of the hatch that repeats, hatchSize wide and high.
  add(x, right, square) {
    const end = Math.min(this.columns, Math.ceil(right * this.ratio));
    for (let column = Math.max(0, Math.floor(x * this.ratio)); column < end; column++) this.squares[column] = square;
  }
  draw(context, top, height) {
    if (this.squares.length === 0) return;
    const lines = this.paint(), high = lines / this.ratio;
    context.imageSmoothingEnabled = false;
    for (let y = 0; y < height; y += high) {
      const part = Math.min(high, height - y);
      context.drawImage(this.canvas, 0, 0, this.columns, part * this.ratio, 0, top + y, this.columns / this.ratio, part);
    }
  }
  // The image's count of lines.
  paint() {
    const {columns, squares} = this, size = Math.round(hatchSize * this.ratio), lines = size * hatchesHigh;
    if (this.image?.width !== columns || this.image.height !== lines) {
      this.canvas.width = columns;
      this.canvas.height = lines;
      this.image = this.context.createImageData(columns, lines);
    }
    const pixels = new Uint32Array(this.image.data.buffer);
    for (let line = 0, at = 0; line < size; line++) {
      const from = Math.floor((line * hatchSize) / size) * hatchSize;
      for (let column = 0; column < columns; column++, at++)
        pixels[at] = squares[column]?.[from + (Math.floor((column * hatchSize) / size) % hatchSize)] ?? 0;
    }
    for (let copied = 1; copied < hatchesHigh; copied++) pixels.copyWithin(copied * size * columns, 0, size * columns);
    this.context.putImageData(this.image, 0, 0);
    return lines;
  }
}
