// Text whose colour stands out from its ground by less than 4.5 to 1. Colours are mixed as the browser paints them.
(() => {
  const dot = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  dot.canvas.width = dot.canvas.height = 1;
  const rgba = (colour) => {
    dot.clearRect(0, 0, 1, 1);
    dot.fillStyle = colour;
    dot.fillRect(0, 0, 1, 1);
    return [...dot.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, ground) => ground.map((below, at) => (top[at] * top[3] + below * (255 - top[3])) / 255);
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 255 ? own.slice(0, 3) : over(own, ground(element.parentElement));
  };
  const linear = (share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  const light = (colour) => {
    const [red, green, blue] = colour.map((it) => linear(it / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const says = [...element.childNodes].some((it) => it.nodeType === Node.TEXT_NODE && it.data.trim());
    if (!says || !element.checkVisibility() || element.closest(".unseen, .skip")) continue;
    const below = ground(element);
    const lights = [light(over(rgba(getComputedStyle(element).color), below)), light(below)];
    const ratio = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    if (ratio < 4.5) faint.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return faint;
})()
