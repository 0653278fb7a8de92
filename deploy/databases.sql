-- PostgreSQL runs this once, on an empty volume.
CREATE DATABASE grunnmur;
CREATE DATABASE prefect;
