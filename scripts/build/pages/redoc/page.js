/* global Redoc */
Redoc.init(
  "/openapi.json",
  {
    hideDownloadButton: false,
    nativeScrollbars: true,
    expandResponses: "200,202",
    sortRequiredPropsFirst: true,
    theme: {
      colors: { primary: { main: "#0f6b63" } },
      typography: {
        fontFamily: "system-ui, sans-serif",
        headings: { fontFamily: "system-ui, sans-serif" },
      },
    },
  },
  document.getElementById("reference"),
);
