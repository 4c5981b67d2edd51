// Draws one diagram as an SVG that looks the same wherever it is shown.

import Viewer from 'bpmn-js/lib/Viewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';

const SVG = 'http://www.w3.org/2000/svg';
const MARGIN = 20; // pixels around the diagram
const FOOT = 30; // pixels below it, for the mark

// Lines are broken where Arimo breaks them; the others have the same widths.
const FONT = { fontFamily: 'Arimo, Arial, "Liberation Sans", Helvetica, sans-serif' };

window.draw = async (xml) => {
  await document.fonts.load('12px Arimo');
  const viewer = new Viewer({
    container: '#diagram',
    textRenderer: { defaultStyle: FONT, externalStyle: FONT },
  });
  const { warnings } = await viewer.importXML(xml);
  if (warnings.length) throw new Error(warnings.map(({ message }) => message).join('\n'));
  const box = viewer.get('canvas').viewbox().inner;
  const { svg } = await viewer.saveSVG();
  const picture = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  removeWhatCannotBeSeen(picture);
  frame(picture, box, nameOf(viewer));
  sign(picture, box);
  viewer.destroy();
  return textOf(picture);
};

function nameOf(viewer) {
  return viewer.getDefinitions().rootElements.find(({ $type }) => $type === 'bpmn:Process').name;
}

function removeWhatCannotBeSeen(picture) {
  for (const element of picture.querySelectorAll('.djs-hit, .djs-outline')) element.remove();
}

function frame(picture, box, name) {
  const [left, top] = [Math.floor(box.x) - MARGIN, Math.floor(box.y) - MARGIN];
  const size = { width: Math.ceil(box.width) + 2 * MARGIN, height: Math.ceil(box.height) + 2 * MARGIN + FOOT };
  set(picture, { ...size, viewBox: `${left} ${top} ${size.width} ${size.height}`, role: 'img' });
  // Dark pages would show dark lines on a dark ground.
  picture.prepend(create('rect', { x: left, y: top, ...size, fill: 'white' }));
  const title = create('title');
  title.textContent = name;
  picture.prepend(title);
}

// The licence of bpmn-js asks that its mark, with its link, stays visible wherever a diagram is shown.
function sign(picture, box) {
  const mark = document.querySelector('.bjs-powered-by svg').cloneNode(true);
  mark.removeAttribute('style');
  const left = Math.ceil(box.x + box.width) - mark.getAttribute('width');
  const top = Math.ceil(box.y + box.height) + MARGIN;
  set(mark, { x: left, y: top });
  const words = create('text', {
    x: left - 8, y: top + 16, 'text-anchor': 'end', 'font-size': 12, 'font-family': FONT.fontFamily, fill: 'currentColor',
  });
  words.textContent = 'Drawn with';
  const link = create('a', { href: 'https://bpmn.io', color: '#404040' });
  link.append(words, mark);
  picture.append(link);
}

// bpmn-js names its arrowheads at random, and every drawing would differ from the last.
function textOf(picture) {
  const ids = [...picture.querySelectorAll('[id]')].map(({ id }) => id);
  const text = new XMLSerializer().serializeToString(picture).replaceAll('<g class="djs-group"', '\n$&');
  return ids.reduce((svg, id, index) => svg.replaceAll(id, `arrow-${index + 1}`), text) + '\n';
}

function create(tag, attributes = {}) {
  return set(document.createElementNS(SVG, tag), attributes);
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
