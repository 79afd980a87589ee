// A colour for each function, by its name: the same in every recording. The hues are Paul Tol's "light" scheme, which
// people with any kind of colour vision can tell apart; each comes in three strengths.

const hues = [[0x77, 0xaa, 0xdd], [0x99, 0xdd, 0xff], [0x44, 0xbb, 0x99], [0xbb, 0xcc, 0x33], [0xaa, 0xaa, 0x00],
  [0xee, 0xdd, 0x88], [0xee, 0x88, 0x66], [0xff, 0xaa, 0xbb]];
const strengths = 3, densities = 8, grey = [0xb4, 0xb8, 0xbd];
export const neutral = hues.length * strengths; // of what is no function
export const theme = {};

function mix(a, b, part) {
  return a.map((value, i) => Math.round(value * (1 - part) + b[i] * part));
}
function css(colour) {
  return `rgb(${colour[0]},${colour[1]},${colour[2]})`;
}
// As ImageData has it in a word.
function pixel(colour) {
  return (0xff000000 | (colour[2] << 16) | (colour[1] << 8) | colour[0]) >>> 0;
}

function fill(dark) {
  const ground = dark ? [0x14, 0x17, 0x1b] : [0xfb, 0xfb, 0xf9];
  theme.dark = dark;
  theme.ground = css(ground);
  theme.band = dark ? "#1d2126" : "#f1f1ee";
  theme.line = dark ? "#343a42" : "#d6d6d1";
  theme.faint = dark ? "#23282e" : "#e9e9e5";
  theme.ink = dark ? "#e8eaed" : "#1c1e21";
  theme.quiet = dark ? "#9aa1a9" : "#63676d";
  theme.accent = dark ? "#78b7f5" : "#0b5fb0";
  theme.onCall = dark ? "#0c0e11" : "#15171a";
  theme.warn = dark ? "#ff8a5c" : "#c23b00";
  theme.onDimmed = dark ? "#7e858d" : "#888c90";
  // colours[i][d]: of function class i, in a stretch of which it and others cover (d + 1) / densities
  theme.colours = [];
  theme.faded = [];
  theme.pixels = []; // the same, each as a word
  theme.fadedPixels = [];
  const add = (hue, strength) => {
    const toward = dark ? mix(hue, [0, 0, 0], 0.12 + 0.14 * strength) : mix(hue, [255, 255, 255], 0.22 * strength);
    const faded = mix(ground, toward, 0.36);
    const shades = Array.from({length: densities}, (_, d) => mix(ground, toward, 0.34 + 0.66 * (d + 1) / densities));
    theme.faded.push(css(faded));
    theme.colours.push(shades.map(css));
    theme.fadedPixels.push(pixel(faded));
    theme.pixels.push(shades.map(pixel));
  };
  for (let strength = 0; strength < strengths; strength++) for (const hue of hues) add(hue, strength);
  add(grey, 1);
}

export function hashOf(text) {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}

export function colourClass(name) {
  return hashOf(name) % (hues.length * strengths);
}

function densityOf(covered) {
  return Math.min(densities - 1, (covered * densities) >> 8);
}
export function colourOf(colour, covered) {
  return theme.colours[colour][densityOf(covered)];
}
export function pixelOf(colour, covered) {
  return theme.pixels[colour][densityOf(covered)];
}

// Calls `changed` when the system's wish changes.
export function followTheme(changed) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  fill(dark.matches);
  dark.addEventListener("change", () => {
    fill(dark.matches);
    changed();
  });
}
