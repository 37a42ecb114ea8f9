// Measures of a page that axe does not take. The tests put this file into the pages they open.
"use strict";

window.measuring = (() => {
  const SIDES = ["Top", "Right", "Bottom", "Left"];
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  const name = (element) =>
    `${element.outerHTML.slice(0, 140)} at ${element.closest("[id]")?.id || "no id"}`;

  /* ------------------------------------------------------------------ colours */

  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

  // Any CSS colour as [red, green, blue, alpha]; colours are 0 to 255, alpha is 0 to 1.
  const channels = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };

  const over = (top, bottom) =>
    [0, 1, 2].map((i) => top[i] * top[3] + bottom[i] * (1 - top[3])).concat(1);

  // WCAG 2.2, definition of relative luminance.
  const luminance = (colour) => {
    const [red, green, blue] = colour.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };

  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };

  // The colour that lies below a point of an element: shapes of its drawing, then backgrounds.
  const colourBelow = (element, x, y) => {
    const layers = [];
    for (const layer of document.elementsFromPoint(x, y)) {
      // A line is hit by its stroke and has nothing inside.
      if (layer === element || layer.closest("text") || layer.tagName === "line") continue;
      const style = getComputedStyle(layer);
      const isShape = layer instanceof SVGGeometryElement;
      const paint = isShape ? style.fill : style.backgroundColor;
      if (paint === "none") continue;
      const colour = channels(paint);
      if (isShape) colour[3] *= style.fillOpacity;
      layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reduceRight((below, layer) => over(layer, below), channels("Canvas"));
  };

  // Text of drawings that has too little contrast with what lies below any of its letters.
  const faintDrawnText = () => {
    const faults = [];
    let letters = 0;
    for (const text of document.querySelectorAll("svg text")) {
      if (!isShown(text)) continue;
      text.scrollIntoView({ block: "center", inline: "center" });
      const matrix = text.getScreenCTM();
      for (let i = 0; i < text.getNumberOfChars(); i += 1) {
        const box = text.getExtentOfChar(i);
        const at = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
        const { x, y } = at.matrixTransform(matrix);
        // A part of the text may have a colour of its own.
        const part = document.elementFromPoint(x, y)?.closest("tspan") ?? text;
        const style = getComputedStyle(text.contains(part) ? part : text);
        const size = parseFloat(style.fontSize) * matrix.a;
        const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        const ratio = contrast(channels(style.fill), colourBelow(text, x, y));
        letters += 1;
        if (ratio < (isLarge ? 3 : 4.5)) {
          faults.push(`${ratio.toFixed(2)}:1 letter ${i + 1} of „${text.textContent}“`);
          break;
        }
      }
    }
    return { letters, faults };
  };

  // Hints in empty fields that have too little contrast with their field.
  const faintPlaceholders = () =>
    [...document.querySelectorAll("[placeholder]")].filter(isShown).flatMap((field) => {
      field.scrollIntoView({ block: "center" });
      const { x, y, width, height } = field.getBoundingClientRect();
      const style = getComputedStyle(field, "::placeholder");
      const below = colourBelow(null, x + width / 2, y + height / 2);
      const colour = channels(style.color);
      colour[3] *= style.opacity;
      const ratio = contrast(over(colour, below), below);
      return ratio < 4.5 ? [`${ratio.toFixed(2)}:1 „${field.placeholder}“`] : [];
    });

  /* -------------------------------------------------------------------- sizes */

  // What stands out of a page that is wider than its window.
  const tooWide = () => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const isHeld = (element) => {
      for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== "visible") return true;
      }
      return false;
    };
    const found = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > room + 0.5 && !isHeld(element)
    );
    return [`${document.documentElement.scrollWidth} px wide`, ...found.slice(-5).map(name)];
  };

  // Text that is cut off by a box that does not scroll.
  const cutOff = () =>
    [...document.querySelectorAll("body *")]
      .filter((element) => {
        const style = getComputedStyle(element);
        return (
          isShown(element) &&
          element.innerText?.trim() &&
          // Kept for screen readers alone.
          element.clientWidth > 1 &&
          style.overflowX === "hidden" &&
          (element.scrollWidth > element.clientWidth + 1 ||
            element.scrollHeight > element.clientHeight + 1)
        );
      })
      .map(name);

  // All text that can be seen outside of what `apart` selects, in the order of the page.
  const shownText = (apart) => {
    const texts = new Set();
    const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) {
      const parent = nodes.currentNode.parentElement;
      const text = nodes.currentNode.data.replace(/\s+/g, " ").trim();
      if (text && isShown(parent) && !parent.closest(`title, desc, ${apart}`)) texts.add(text);
    }
    return [...texts];
  };

  /* ------------------------------------------------------------------ targets */

  const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary";

  // What can be pressed to reach an element: the element, and the labels that stand for it.
  const targetBox = (element) => {
    const boxes = [element, ...(element.labels ?? [])].map((part) => part.getBoundingClientRect());
    const left = Math.min(...boxes.map((box) => box.left));
    const top = Math.min(...boxes.map((box) => box.top));
    const width = Math.max(...boxes.map((box) => box.right)) - left;
    const height = Math.max(...boxes.map((box) => box.bottom)) - top;
    return new DOMRect(left, top, width, height);
  };

  const isInSentence = (element) => {
    if (getComputedStyle(element).display !== "inline") return false;
    let block = element.parentElement;
    while (getComputedStyle(block).display === "inline") block = block.parentElement;
    const others = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    while (others.nextNode()) {
      const parent = others.currentNode.parentElement;
      const isWords = /\p{L}{2}/u.test(others.currentNode.data);
      if (isWords && isShown(parent) && !parent.closest(`${TARGETS}, .kern-sr-only`)) return true;
    }
    return false;
  };

  // Targets under 24 px that are not in a sentence. In a drawing, WCAG 2.2, 2.5.8 excepts those so
  // far from others that a circle of 24 px around each touches none of them; elsewhere there is
  // room for all.
  const smallTargets = () => {
    const targets = [...document.querySelectorAll(TARGETS)]
      .filter((element) => isShown(element) && !element.disabled)
      .filter((element) => !element.matches(".skip-link"))
      .map((element) => ({ element, box: targetBox(element) }));
    const isSmall = ({ box }) => box.width < 23.99 || box.height < 23.99;
    const touches = ({ box: one }, { box: other }, otherIsSmall) => {
      const x = one.left + one.width / 2;
      const y = one.top + one.height / 2;
      if (otherIsSmall) {
        const away = [x - other.left - other.width / 2, y - other.top - other.height / 2];
        return Math.hypot(...away) < 24;
      }
      const away = [
        Math.max(other.left - x, 0, x - other.right),
        Math.max(other.top - y, 0, y - other.bottom),
      ];
      return Math.hypot(...away) < 12;
    };
    const faults = targets
      .filter((target) => isSmall(target) && !isInSentence(target.element))
      .filter((target) =>
        !target.element.closest("svg") ||
        targets.some((other) => other !== target && touches(target, other, isSmall(other)))
      )
      .map(({ element, box }) =>
        `${box.width.toFixed(1)} x ${box.height.toFixed(1)} px: ${name(element)}`
      );
    return { targets: targets.length, faults };
  };

  /* -------------------------------------------------------------------- focus */

  // How an element and what is drawn around it look, as far as that can mark a focus.
  const looks = (element) =>
    [null, "::before", "::after"].flatMap((pseudo) => {
      const style = getComputedStyle(element, pseudo);
      const isOutlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      return [
        isOutlined ? `${style.outlineColor} ${style.outlineWidth}` : "",
        style.boxShadow,
        ...SIDES.map((side) => style[`border${side}Color`] + style[`border${side}Width`]),
      ];
    }).join("|");

  let unfocused;
  const rememberLooks = () => {
    document.activeElement?.blur();
    unfocused = new Map([...document.querySelectorAll("*")].map((item) => [item, looks(item)]));
  };

  // The element that has the focus: whether that can be seen, and whether any part of the
  // element lies uncovered in the window (WCAG 2.2, 2.4.7 and 2.4.11).
  // Null where the focus has left the page.
  const focusStop = () => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const around = [element, ...(element.labels ?? [])];
    const isUncovered = [element, ...element.querySelectorAll("*")].some((part) =>
      [...part.getClientRects()].some((box) => {
        const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
        const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
        const found = document.elementFromPoint(x, y);
        return found && around.some((item) => item.contains(found));
      })
    );
    return {
      name: name(element),
      isMarked: [...around, element.parentElement].some(
        (item) => unfocused.get(item) !== looks(item)
      ),
      isUncovered,
    };
  };

  return {
    cutOff,
    faintDrawnText,
    faintPlaceholders,
    focusStop,
    rememberLooks,
    shownText,
    smallTargets,
    tooWide,
  };
})();
