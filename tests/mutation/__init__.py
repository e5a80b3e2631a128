"""Mutation testing: is a changed line noticed?"""
