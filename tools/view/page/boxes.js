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
